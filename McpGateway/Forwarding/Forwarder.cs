using System.Diagnostics;
using System.Net;
using McpGateway.Envelope;
using McpGateway.Routing;
using McpGateway.Telemetry;
using Microsoft.Extensions.Options;
using ServiceDefaults.Settings.Catalog;

namespace McpGateway.Forwarding;

/// <summary>
/// Carries a call to a worker and its answer back: bytes in, bytes out, as they come, and a caller who leaves takes the
/// worker's call along. A call goes to another instance only when this one surely has not begun it, or when repeating it
/// changes nothing.
/// </summary>
internal sealed partial class Forwarder(
    WorkerPool workers,
    WorkerHttp http,
    WorkerRequests requests,
    AnswerStream answers,
    LastingStreams lasting,
    Refusals refusals,
    GatewaySpans spans,
    IOptionsMonitor<ModuleOptions> modules,
    IHostApplicationLifetime lifetime,
    TimeProvider clock,
    ILogger<Forwarder> logger)
{
    /// <summary>A worker that times a tool out itself gets this long to say so.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private TimeSpan HeaderTimeout => TimeSpan.FromSeconds(modules.CurrentValue.TimeoutSeconds) + Grace;

    public static Task ForwardAsync(HttpContext context) =>
        context.RequestServices.GetRequiredService<Forwarder>().ForwardCallAsync(context);

    private static bool IsOpenEnded(HttpContext context, McpCall call) =>
        HttpMethods.IsGet(context.Request.Method) || call.Envelope.Method == "subscriptions/listen";

    private async Task ForwardCallAsync(HttpContext context)
    {
        var call = McpCall.Of(context);
        if (!requests.TryOpenSession(context, call, out var session))
        {
            await refusals.WriteAsync(context, Refusal.SessionUnknown);
            return;
        }

        var span = spans.StartForwarding();

        // Streams that wait for news would hold up a shutdown; calls are let finish.
        var isOpenEnded = IsOpenEnded(context, call);
        using var cancellation = isOpenEnded
            ? CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping)
            : CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        var watch = isOpenEnded ? lasting.WatchAsync(context, call, cancellation) : Task.CompletedTask;
        try
        {
            await TryInstancesAsync(context, call, session, span, cancellation);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to answer; the status is for the log and the metrics.
            call.CallerLeft = true;
            if (!context.Response.HasStarted)
            {
                context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            }
        }
        catch (OperationCanceledException) when (isOpenEnded && cancellation.IsCancellationRequested)
        {
            // The stream ends here; its reader connects again, to another gateway or with another credential.
        }
        finally
        {
            if (isOpenEnded)
            {
                await cancellation.CancelAsync();
                await watch;
            }

            GatewaySpans.End(span, context, call, session?.Id);
        }
    }

    private async Task TryInstancesAsync(HttpContext context, McpCall call, WorkerSession? session, Activity? span, CancellationTokenSource cancellation)
    {
        var tried = new List<string>();
        var refusal = session is null ? Refusal.NoWorker : Refusal.SessionUnknown;
        while (true)
        {
            using var lease = Choose(call, session, tried);
            if (lease is null)
            {
                await RefuseAsync(context, refusal);
                return;
            }

            GatewaySpans.Reaches(span, lease.Instance);
            using var request = requests.Create(context, call, lease.Instance, session);
            var attempt = await SendAsync(request, cancellation, context);
            if (attempt.Response is { } response)
            {
                using (response)
                {
                    if (response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.RequestHeaderFieldsTooLarge)
                    {
                        // Between us and the worker: the caller's credential is fine, and it must not throw it away.
                        LogNotAccepted(lease.Instance.Id, (int)response.StatusCode);
                        await RefuseAsync(context, Refusal.WorkerFailed);
                        return;
                    }

                    await answers.CopyAsync(context, call, response, lease.Instance, session, cancellation.Token);
                }

                return;
            }

            tried.Add(lease.Instance.Id);
            LogAttemptFailed(lease.Instance.Id, attempt.Failure, attempt.Error?.Message);
            refusal = attempt.Failure switch
            {
                ForwardFailure.Timeout => Refusal.WorkerTimeout,
                ForwardFailure.NotConnected => Refusal.NoWorker,
                _ => Refusal.WorkerFailed,
            };
            if (attempt.Failure == ForwardFailure.NotConnected)
            {
                lease.ConnectionFailed();
            }
            else if (attempt.Failure == ForwardFailure.Timeout || !McpMethods.IsRepeatable(call.Envelope.Method) || tried.Count > 1)
            {
                await RefuseAsync(context, refusal);
                return;
            }
        }
    }

    /// <summary>A session is at home at one worker. A call that waits at one is known there alone too, but any other can say that it is over.</summary>
    private WorkerLease? Choose(McpCall call, WorkerSession? session, List<string> tried) =>
        session is not null ? tried.Count == 0 ? workers.Find(session.Instance) : null
        : (tried.Count == 0 && call.Envelope.WaitsAt is { } instance ? workers.Find(instance) : null) ?? workers.Pick(tried);

    private async Task<ForwardAttempt> SendAsync(HttpRequestMessage request, CancellationTokenSource cancellation, HttpContext context)
    {
        using var timeout = new CancellationTokenSource(HeaderTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation.Token, timeout.Token);
        try
        {
            return new ForwardAttempt(await http.SendAsync(request, either.Token), ForwardFailure.None, null);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // The client's own connect timeout ends in this exception too.
            return timeout.IsCancellationRequested
                ? new ForwardAttempt(null, ForwardFailure.Timeout, null)
                : new ForwardAttempt(null, ForwardFailure.NotConnected, null);
        }
        catch (HttpRequestException exception) when (!context.RequestAborted.IsCancellationRequested)
        {
            var isUnsent = exception.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
                && request.Content is not BufferedBody { IsStarted: true };
            return new ForwardAttempt(null, isUnsent ? ForwardFailure.NotConnected : ForwardFailure.Broken, exception);
        }
    }

    private async Task RefuseAsync(HttpContext context, Refusal refusal)
    {
        if (refusal.Status == (int)HttpStatusCode.ServiceUnavailable)
        {
            // Jitter keeps callers who failed together from coming back together.
            context.Response.Headers.RetryAfter = Random.Shared.Next(1, 4).ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        await refusals.WriteAsync(context, refusal);
    }

    [LoggerMessage(LogLevel.Error, "Worker {Instance} does not accept this gateway's calls ({Status}); is MCP_INTERNAL_SECRET the same on both?", EventName = "forward_not_accepted")]
    private partial void LogNotAccepted(string instance, int status);

    [LoggerMessage(LogLevel.Warning, "Worker {Instance} did not answer a call: {Failure} ({Detail})", EventName = "forward_failed")]
    private partial void LogAttemptFailed(string instance, ForwardFailure failure, string? detail);
}
