using McpGateway.Envelope;

namespace McpGateway.RequestLog;

/// <summary>Logs the beginning and the end of each MCP request (S-213): sizes, never contents. The scope adds the request's id.</summary>
internal sealed partial class RequestEventsMiddleware(RequestDelegate next, TimeProvider clock, ILogger<RequestEventsMiddleware> logger)
{
    public Task InvokeAsync(HttpContext context) =>
        logger.IsEnabled(LogLevel.Warning) && context.Features.Get<McpCall>() is { Envelope.Kind: McpMessageKind.Request } call
            ? RunAsync(context, call)
            : next(context);

    private async Task RunAsync(HttpContext context, McpCall call)
    {
        var method = call.Envelope.Method;
        var tool = call.Envelope.Target.Length > 0 ? call.Envelope.Target : method;
        var started = clock.GetTimestamp();
        LogStarted(tool, method, call.Envelope.ParamsSize);
        RequestFailure? failure = null;
        try
        {
            await next(context);
            failure = RequestFailure.Of(context, call);
        }
        catch (Exception exception)
        {
            failure = RequestFailure.Of(context, call, exception);
            throw;
        }
        finally
        {
            var elapsed = Math.Round(clock.GetElapsedTime(started).TotalMilliseconds, 3);
            if (failure is null)
            {
                LogCompleted(tool, elapsed, call.AnswerBytes);
            }
            else
            {
                LogFailed(tool, elapsed, failure.Error, failure.Type);
            }
        }
    }

    [LoggerMessage(LogLevel.Information, "{Method} for {Tool} started with {ParamsSize} bytes", EventName = "request_started")]
    private partial void LogStarted(string tool, string method, int paramsSize);

    [LoggerMessage(LogLevel.Information, "{Tool} answered in {DurationMs} ms with {ResultSize} bytes", EventName = "request_completed")]
    private partial void LogCompleted(string tool, double durationMs, long resultSize);

    [LoggerMessage(LogLevel.Warning, "{Tool} failed after {DurationMs} ms ({ErrorType}): {Error}", EventName = "request_failed")]
    private partial void LogFailed(string tool, double durationMs, string error, string errorType);
}
