using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using ServiceDefaults.Settings.Catalog;
using ServiceDefaults.Telemetry.Metrics.Usage;

namespace ServiceDefaults.Health;

/// <summary>The process stays below its limit: the container's, or the machine's where there is none (S-171).</summary>
internal sealed class MemoryCheck(IOptionsMonitor<HealthOptions> options) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var most = options.CurrentValue.MaximumMemoryPercent;
        var used = MemoryUsage.PercentOfLimit;
        return Task.FromResult(used <= most ? HealthCheckResult.Healthy() : PublicReason.Unhealthy($"{used:0} % of the limit used, at most {most} % wanted"));
    }
}
