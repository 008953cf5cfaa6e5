using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using ServiceDefaults.Settings.Catalog;
using ServiceDefaults.Telemetry.Metrics.Usage;

namespace ServiceDefaults.Health;

/// <summary>Enough free space where the service keeps its data (S-171).</summary>
internal sealed class DiskSpaceCheck(DataDisk disk, IOptionsMonitor<HealthOptions> options) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var wanted = options.CurrentValue.MinimumFreeDiskPercent;
        var free = disk.FreePercent;
        return Task.FromResult(free >= wanted ? HealthCheckResult.Healthy() : PublicReason.Unhealthy($"{free:0} % free, at least {wanted} % wanted"));
    }
}
