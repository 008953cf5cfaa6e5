using System.Globalization;
using System.Net;
using Microsoft.Extensions.Options;
using McpWorker.Servers;
using ModelContextProtocol.Protocol;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;
using ServiceDefaults.Settings.Catalog;

namespace McpWorker.Upstreams.Http;

/// <summary>
/// How often and how long one upstream is tried: each attempt must begin to answer within API_TIMEOUT (S-148), what may be
/// repeated is repeated up to MAX_RETRIES times after 5xx answers, time-outs and broken connections (S-149), and while
/// at least half of its requests fail nothing is sent for a while.
/// </summary>
internal sealed partial class UpstreamAttempts : DelegatingHandler
{
    private const int MostRetries = 10;
    private static readonly ResiliencePropertyKey<bool> Repeatable = new("repeatable");

    private readonly string _server;
    private readonly Func<TimeSpan> _patience;
    private readonly string _patienceSetting;
    private readonly IOptionsMonitor<UpstreamApiOptions> _options;
    private readonly Func<string, bool> _isRepeatableTool;
    private readonly ILogger _logger;
    private readonly ResiliencePipeline<HttpResponseMessage> _pipeline;

    /// <param name="isRepeatableTool">Whether calling a tool twice does no more than calling it once; asked with the upstream's own name.</param>
    public UpstreamAttempts(
        UpstreamServerDefinition upstream, IOptionsMonitor<UpstreamApiOptions> options, Func<string, bool> isRepeatableTool, TimeProvider clock, ILogger logger)
    {
        _server = upstream.Name;
        _options = options;
        _isRepeatableTool = isRepeatableTool;
        _logger = logger;
        _patienceSetting = upstream.TimeoutSeconds is null ? "API_TIMEOUT" : $"servers.{upstream.Name}.timeout";
        _patience = () => upstream.TimeoutSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : TimeSpan.FromMilliseconds(options.CurrentValue.TimeoutMilliseconds);
        _pipeline = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = clock }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<HttpResponseMessage>
            {
                FailureRatio = 0.5,
                MinimumThroughput = 5,
                SamplingDuration = TimeSpan.FromSeconds(30),
                BreakDuration = TimeSpan.FromSeconds(15),
                ShouldHandle = attempt => ValueTask.FromResult(HasFailed(attempt.Outcome)),
                OnOpened = opened =>
                {
                    LogOpened(_server, opened.BreakDuration);
                    return default;
                },
                OnClosed = _ =>
                {
                    LogClosed(_server);
                    return default;
                },
            })
            .AddRetry(new RetryStrategyOptions<HttpResponseMessage>
            {
                MaxRetryAttempts = MostRetries,
                Delay = TimeSpan.FromMilliseconds(200),
                MaxDelay = TimeSpan.FromSeconds(5),
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                ShouldHandle = attempt => ValueTask.FromResult(
                    attempt.AttemptNumber < _options.CurrentValue.Retries
                    && HasFailed(attempt.Outcome)
                    && (attempt.Context.Properties.GetValue(Repeatable, false) || NeverArrived(attempt.Outcome))),
                OnRetry = retry =>
                {
                    LogRepeating(_server, retry.AttemptNumber + 1, _options.CurrentValue.Retries, Describe(retry.Outcome));
                    retry.Outcome.Result?.Dispose();
                    return default;
                },
            })
            .AddTimeout(new TimeoutStrategyOptions { TimeoutGenerator = _ => ValueTask.FromResult(_patience()) })
            .Build();
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Content is not null)
        {
            // A second attempt needs the body again.
            await request.Content.LoadIntoBufferAsync(cancellationToken);
        }

        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        context.Properties.Set(Repeatable, IsRepeatable(request));
        try
        {
            return await _pipeline.ExecuteAsync(
                static async (attempt, call) => await call.Handler.ForwardAsync(call.Request, attempt.CancellationToken), context, (Handler: this, Request: request));
        }
        catch (TimeoutRejectedException exception)
        {
            throw new HttpRequestException($"'{_server}' did not begin to answer within {Milliseconds(_patience())} ms ({_patienceSetting}).", exception);
        }
        catch (BrokenCircuitException exception)
        {
            throw new HttpRequestException($"'{_server}' failed repeatedly and is left alone for some seconds.", exception);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private async Task<HttpResponseMessage> ForwardAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await base.SendAsync(request, cancellationToken);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            // The only time limit below this handler is the one of connecting.
            throw new HttpRequestException(HttpRequestError.ConnectionError, $"'{_server}' did not accept a connection in time.", exception);
        }
    }

    /// <summary>By the headers the SDK's client writes beside every message; a message without them is sent once.</summary>
    private bool IsRepeatable(HttpRequestMessage request) =>
        request.Method == HttpMethod.Get
        || Header(request, "Mcp-Method") switch
        {
            RequestMethods.ToolsList or RequestMethods.PromptsList or RequestMethods.PromptsGet or RequestMethods.ResourcesList
                or RequestMethods.ResourcesTemplatesList or RequestMethods.ResourcesRead or RequestMethods.CompletionComplete
                or RequestMethods.Ping or RequestMethods.ServerDiscover => true,
            RequestMethods.ToolsCall => Header(request, "Mcp-Name") is { } tool && _isRepeatableTool(tool),
            _ => false,
        };

    private static string? Header(HttpRequestMessage request, string name) =>
        request.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;

    private static bool HasFailed(Outcome<HttpResponseMessage> outcome) => outcome switch
    {
        { Exception: HttpRequestException or IOException or TimeoutRejectedException } => true,
        { Result.StatusCode: >= HttpStatusCode.InternalServerError } => outcome.Result.StatusCode is not HttpStatusCode.NotImplemented,
        _ => false,
    };

    private static bool NeverArrived(Outcome<HttpResponseMessage> outcome) =>
        outcome.Exception is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError };

    private static string Describe(Outcome<HttpResponseMessage> outcome) =>
        outcome.Exception?.Message ?? $"status {(int)outcome.Result!.StatusCode}";

    private static string Milliseconds(TimeSpan time) => time.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture);

    [LoggerMessage(LogLevel.Warning, "Asking upstream {Server} again ({Attempt} of {Retries} repetitions, MAX_RETRIES): {Reason}", EventName = "upstream_retry")]
    private partial void LogRepeating(string server, int attempt, int retries, string reason);

    [LoggerMessage(LogLevel.Warning, "Upstream {Server} failed repeatedly; its calls are refused for {Duration}", EventName = "upstream_circuit_opened")]
    private partial void LogOpened(string server, TimeSpan duration);

    [LoggerMessage(LogLevel.Information, "Upstream {Server} answers again", EventName = "upstream_circuit_closed")]
    private partial void LogClosed(string server);
}
