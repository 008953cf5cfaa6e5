using McpGateway.Telemetry;

namespace McpGateway.Envelope;

/// <summary>Opens an <see cref="McpCall"/> for each request on an MCP route, and counts it when it ends.</summary>
internal sealed class McpCallMiddleware(RequestDelegate next, GatewayMetrics metrics, TimeProvider clock)
{
    public Task InvokeAsync(HttpContext context) => McpRoute.Matches(context) ? RunAsync(context) : next(context);

    private async Task RunAsync(HttpContext context)
    {
        using var call = new McpCall(new RequestBody());
        context.Features.Set(call);
        var started = clock.GetTimestamp();
        metrics.RequestStarted();
        var status = StatusCodes.Status500InternalServerError;
        try
        {
            await next(context);
            status = context.Response.StatusCode;
        }
        catch (BadHttpRequestException exception)
        {
            // The caller's doing: a body cut short, too slow or too large.
            status = exception.StatusCode;
            throw;
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // Whatever that broke on the way, nobody is left to fail.
            status = StatusCodes.Status499ClientClosedRequest;
            throw;
        }
        finally
        {
            metrics.RequestEnded(
                McpMethods.Label(call.MethodOr(context.Request.Method)),
                status,
                clock.GetElapsedTime(started),
                failed: status >= StatusCodes.Status500InternalServerError || (call.AnswerIsError && status != StatusCodes.Status499ClientClosedRequest),
                call.ErrorTypeAt(status));
        }
    }
}
