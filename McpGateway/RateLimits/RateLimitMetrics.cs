using System.Diagnostics.Metrics;
using McpGateway.Telemetry;
using ServiceDefaults.Resilience;

namespace McpGateway.RateLimits;

/// <summary>How the limits stand, read when somebody scrapes: no call pays for it.</summary>
internal sealed class RateLimitMetrics
{
    public RateLimitMetrics(IMeterFactory meters, RemainingQuotas quotas, RedisBreaker breaker)
    {
        var meter = meters.Create(GatewayMetrics.Name);
        meter.CreateObservableGauge(
            "api_quota_remaining",
            () => quotas.Least().Select(least => new Measurement<long>(least.Remaining, new KeyValuePair<string, object?>("policy", least.Policy))),
            unit: null,
            "Calls left to the caller nearest its limit, by policy");
        meter.CreateObservableGauge(
            "mcp_circuit_state",
            () => new Measurement<int>(breaker.IsOpen ? 1 : 0, new KeyValuePair<string, object?>("circuit", "redis_limits")),
            unit: null,
            "1 while a dependency is not asked because it failed, else 0");
        meter.CreateObservableGauge(
            "mcp_rate_limit_fallback", () => breaker.IsOpen ? 1 : 0, unit: null, "1 while limits are counted by each gateway alone");
    }
}
