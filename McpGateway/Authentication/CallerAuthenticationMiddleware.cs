using McpGateway.Audit;
using McpGateway.Authorization;
using McpGateway.Envelope;
using McpGateway.RequestLog;
using McpGateway.Telemetry;

namespace McpGateway.Authentication;

/// <summary>Lets nobody past whom it does not know, on MCP routes and wherever an endpoint asks for a caller.</summary>
internal sealed partial class CallerAuthenticationMiddleware(
    RequestDelegate next,
    CallerAuthenticator authenticator,
    Refusals refusals,
    AuditTrail audit,
    GatewayMetrics metrics,
    ILogger<CallerAuthenticationMiddleware> logger)
{
    public Task InvokeAsync(HttpContext context)
    {
        var isOptional = context.GetEndpoint()?.Metadata.GetMetadata<OptionalCaller>() is not null;
        return McpRoute.Matches(context) || RequiredPermission.Of(context) is not null || (isOptional && CallerAuthenticator.HasCredential(context.Request))
            ? AuthenticateAsync(context)
            : next(context);
    }

    private async Task AuthenticateAsync(HttpContext context)
    {
        var outcome = await authenticator.AuthenticateAsync(context.Request, context.RequestAborted);
        if (outcome.Caller is not { } caller)
        {
            await RefuseAsync(context, outcome.Failure);
            return;
        }

        metrics.Authenticated();
        context.Features.Set(caller);
        if (context.Features.Get<McpCall>() is { } call)
        {
            call.Caller = caller;
        }

        await next(context);
    }

    private async Task RefuseAsync(HttpContext context, AuthenticationFailure failure)
    {
        context.Response.Headers.CacheControl = "no-store";
        if (failure == AuthenticationFailure.Missing)
        {
            // No attempt, so none that failed: clients ask without a credential to learn what kind is wanted (RFC 6750 §3.1).
            LogMissing(context.Request.Path);
            context.Response.Headers.WWWAuthenticate = "Bearer realm=\"mcp\"";
            await refusals.WriteAsync(context, Refusal.Unauthorized);
            return;
        }

        var reason = failure.Reason();
        metrics.NotAuthenticated(reason);
        LogRefused(reason, ClientAddress.Of(context));
        audit.Record(context, "auth_failure", action: "authenticate", resource: context.Request.Path, result: reason);
        if (failure == AuthenticationFailure.StoreUnavailable)
        {
            context.Response.Headers.RetryAfter = "2";
            await refusals.WriteAsync(context, Refusal.CredentialsUnverifiable);
            return;
        }

        context.Response.Headers.WWWAuthenticate = "Bearer realm=\"mcp\", error=\"invalid_token\"";
        await refusals.WriteAsync(context, Refusal.Unauthorized);
    }

    [LoggerMessage(LogLevel.Debug, "Asked for a credential at {Path}", EventName = "auth_required")]
    private partial void LogMissing(string path);

    [LoggerMessage(LogLevel.Warning, "Refused a credential ({Reason}) from {IpAddress}", EventName = "auth_failure")]
    private partial void LogRefused(string reason, string? ipAddress);
}
