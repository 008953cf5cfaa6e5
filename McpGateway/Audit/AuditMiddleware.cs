using McpGateway.Envelope;

namespace McpGateway.Audit;

/// <summary>Records each call before it is forwarded, and what came of it before its answer ends.</summary>
internal sealed class AuditMiddleware(RequestDelegate next, AuditTrail audit, TimeProvider clock)
{
    public Task InvokeAsync(HttpContext context) =>
        McpRoute.Matches(context) && IsAudited(McpCall.Of(context)) ? RunAsync(context) : next(context);

    /// <summary>Heartbeats and notifications do nothing to anything.</summary>
    private static bool IsAudited(McpCall call) =>
        call.Envelope.Method != "ping" && call.Envelope.Kind is McpMessageKind.Request or McpMessageKind.None;

    private static string EventType(string method) => method switch
    {
        McpMethods.CallTool => "tool_call",
        "resources/read" => "resource_read",
        "prompts/get" => "prompt_get",
        _ => "mcp_request",
    };

    private static string Result(HttpContext context, McpCall call) =>
        context.RequestAborted.IsCancellationRequested ? "cancelled"
        : call.AnswerIsError || context.Response.StatusCode >= StatusCodes.Status400BadRequest ? "error"
        : "success";

    private async Task RunAsync(HttpContext context)
    {
        var call = McpCall.Of(context);
        var method = call.MethodOr(context.Request.Method);
        var started = clock.GetTimestamp();
        var intent = audit.RecordIntent(context, EventType(method), method, call.Envelope.Target);
        call.AnswerEnding = () => audit.RecordOutcome(intent, Result(context, call), clock.GetElapsedTime(started));
        try
        {
            await next(context);
        }
        catch
        {
            call.AnswerIsError = true;
            throw;
        }
        finally
        {
            call.EndAnswer();
        }
    }
}
