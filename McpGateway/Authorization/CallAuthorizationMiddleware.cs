using McpGateway.Audit;
using McpGateway.Envelope;
using ServiceDefaults.InternalCalls;

namespace McpGateway.Authorization;

/// <summary>Stops tool calls the caller has no permission for, by what the body says and nothing else. Workers check again.</summary>
internal sealed partial class CallAuthorizationMiddleware(
    RequestDelegate next, Refusals refusals, AuditTrail audit, ILogger<CallAuthorizationMiddleware> logger)
{
    public Task InvokeAsync(HttpContext context) =>
        !McpRoute.Matches(context) || IsAllowed(context, McpCall.Of(context)) ? next(context) : RefuseAsync(context);

    private static bool IsAllowed(HttpContext context, McpCall call)
    {
        if (call.Envelope.Method != McpMethods.CallTool)
        {
            return true;
        }

        var (server, tool) = McpRoute.ServerOf(context) is { } own ? (own, call.Envelope.Target) : ToolNames.Split(call.Envelope.Target);
        return call.Caller is { } caller
            && Permissions.Allows(caller.Identity.Permissions, Permissions.ForTool(server, tool, Permissions.Call));
    }

    private async Task RefuseAsync(HttpContext context)
    {
        var call = McpCall.Of(context);
        LogDenied(call.Caller?.Identity.Name, call.Envelope.Target);
        audit.Record(context, "permission_denied", call.Envelope.Method, call.Envelope.Target, "denied");
        await refusals.WriteAsync(context, Refusal.Forbidden);
    }

    [LoggerMessage(LogLevel.Warning, "Denied {User} the tool {Tool}", EventName = "permission_denied")]
    private partial void LogDenied(string? user, string tool);
}
