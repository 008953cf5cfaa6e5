using McpGateway.Audit;
using McpGateway.Envelope;
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
        return McpRoute.Matches(context) || (isOptional && CallerAuthenticator.HasCredential(context.Request))
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
        var reason = failure.Reason();
        metrics.NotAuthenticated(reason);
        LogRefused(reason, context.Connection.RemoteIpAddress?.ToString());
        if (failure == AuthenticationFailure.StoreUnavailable)
        {
            context.Response.Headers.RetryAfter = "2";
            await refusals.WriteAsync(context, Refusal.CredentialsUnverifiable);
            return;
        }

        audit.Record(context, "auth_failure", action: "authenticate", resource: context.Request.Path, result: reason);

        // RFC 6750: the error code only for those who presented something.
        context.Response.Headers.WWWAuthenticate = failure == AuthenticationFailure.Missing
            ? "Bearer realm=\"mcp\""
            : "Bearer realm=\"mcp\", error=\"invalid_token\"";
        await refusals.WriteAsync(context, Refusal.Unauthorized);
    }

    [LoggerMessage(LogLevel.Warning, "Refused a credential ({Reason}) from {IpAddress}", EventName = "auth_failure")]
    private partial void LogRefused(string reason, string? ipAddress);
}
