using McpGateway.Audit;
using McpGateway.Authentication;
using McpGateway.Envelope;
using ServiceDefaults.InternalCalls;

namespace McpGateway.Authorization;

/// <summary>Stops callers at endpoints whose <see cref="RequiredPermission"/> they lack. Nobody gets here unknown: authentication refuses them first.</summary>
internal sealed partial class PermissionMiddleware(
    RequestDelegate next, Refusals refusals, AuditTrail audit, ILogger<PermissionMiddleware> logger)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (RequiredPermission.Of(context) is not { } required)
        {
            return next(context);
        }

        // What needs a permission is nobody else's, a proxy's on the way included.
        context.Response.Headers.CacheControl = "no-store";
        return context.Features.Get<Caller>() is { } caller && Permissions.Allows(caller.Identity.Permissions, required.Name)
            ? next(context)
            : RefuseAsync(context, required.Name);
    }

    private async Task RefuseAsync(HttpContext context, string permission)
    {
        LogDenied(context.Features.Get<Caller>()?.Identity.Name, permission);
        audit.Record(context, "permission_denied", permission, context.Request.Path, "denied");
        await refusals.WriteAsync(context, Refusal.LacksPermission(permission));
    }

    [LoggerMessage(LogLevel.Warning, "Denied {User} what needs the permission {Permission}", EventName = "permission_denied")]
    private partial void LogDenied(string? user, string permission);
}
