using System.Globalization;
using McpGateway.Audit;
using McpGateway.Envelope;
using McpGateway.Telemetry;
using Microsoft.Extensions.Options;
using ServiceDefaults.Settings.Catalog;

namespace McpGateway.RateLimits;

/// <summary>Refuses calls beyond the caller's limits before they reach a worker, and tells every caller where it stands.</summary>
internal sealed partial class RateLimitMiddleware(
    RequestDelegate next,
    RateLimiter limiter,
    LocalLimiter local,
    RatePolicies policies,
    Refusals refusals,
    AuditTrail audit,
    GatewayMetrics metrics,
    IOptionsMonitor<RateLimitOptions> options,
    ILogger<RateLimitMiddleware> logger)
{
    public Task InvokeAsync(HttpContext context) =>
        McpRoute.Matches(context) && options.CurrentValue.Enabled ? LimitAsync(context) : next(context);

    private async Task LimitAsync(HttpContext context)
    {
        var call = McpCall.Of(context);
        var caller = call.Caller ?? throw new InvalidOperationException("Limits belong behind authentication: they count callers.");
        var decision = options.CurrentValue.Storage == "memory"
            ? local.Take(policies.For(caller))
            : await limiter.TakeAsync(policies.For(caller));
        WriteHeaders(context.Response.Headers, decision);
        if (decision.IsAllowed)
        {
            await next(context);
            return;
        }

        metrics.RateLimited(decision.Policy.Name);
        LogRefused(caller.Identity.Name, decision.Policy.Name);
        audit.Record(context, "rate_limit_exceeded", call.MethodOr(context.Request.Method), call.Envelope.Target, decision.Policy.Name);
        context.Response.Headers.RetryAfter = Seconds(decision.RetryAfter, atLeast: 1);
        await refusals.WriteAsync(context, Refusal.RateLimited);
    }

    /// <summary>The fields of the IETF draft "RateLimit header fields for HTTP", and times as seconds from now.</summary>
    private static void WriteHeaders(IHeaderDictionary headers, RateDecision decision)
    {
        var (name, limit) = (decision.Policy.Name, decision.Policy.Limit);
        var window = Seconds(TimeSpan.FromMicroseconds(limit.ToleranceMicroseconds), atLeast: 1);
        headers["RateLimit-Policy"] = $"\"{name}\";q={limit.Burst};w={window}";
        headers["RateLimit"] = $"\"{name}\";r={decision.Remaining};t={Seconds(decision.IsAllowed ? decision.FullAfter : decision.RetryAfter, atLeast: 0)}";
    }

    private static string Seconds(TimeSpan time, long atLeast) =>
        Math.Max(atLeast, (long)Math.Ceiling(time.TotalSeconds)).ToString(CultureInfo.InvariantCulture);

    [LoggerMessage(LogLevel.Warning, "{User} is over the limit of policy {Policy}", EventName = "rate_limit_exceeded")]
    private partial void LogRefused(string user, string policy);
}
