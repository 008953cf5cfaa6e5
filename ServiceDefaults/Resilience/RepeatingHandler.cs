using System.Net;
using Polly;
using Polly.Retry;

namespace ServiceDefaults.Resilience;

/// <summary>
/// Repeats a request twice, after about 0.1 s and 0.2 s, when doing so cannot do anything twice: one that never reached its
/// server, or a GET or HEAD that was answered 502, 503 or 504. A failure that remains goes to the caller as it is.
/// </summary>
internal sealed class RepeatingHandler(TimeProvider clock) : DelegatingHandler
{
    private readonly ResiliencePipeline<HttpResponseMessage> _pipeline =
        new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = clock }
            .AddRetry(new RetryStrategyOptions<HttpResponseMessage>
            {
                MaxRetryAttempts = 2,
                Delay = TimeSpan.FromMilliseconds(100),
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                ShouldHandle = static attempt => ValueTask.FromResult(IsRepeatable(attempt.Outcome)),
                OnRetry = static attempt =>
                {
                    attempt.Outcome.Result?.Dispose();
                    return default;
                },
            })
            .Build();

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        await _pipeline.ExecuteAsync(
            static async (call, token) => await call.Handler.ForwardAsync(call.Request, token), (Handler: this, Request: request), cancellationToken);

    private Task<HttpResponseMessage> ForwardAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        base.SendAsync(request, cancellationToken);

    private static bool IsRepeatable(Outcome<HttpResponseMessage> outcome) => outcome switch
    {
        { Exception: HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError } } => true,
        { Result: { } response } => response.StatusCode is HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout
            && (response.RequestMessage?.Method == HttpMethod.Get || response.RequestMessage?.Method == HttpMethod.Head),
        _ => false,
    };
}
