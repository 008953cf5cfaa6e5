using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using ServiceDefaults.Settings.Catalog;

namespace ServiceDefaults.Health;

/// <summary>Enough free space where the service keeps its data, or where it runs when it has no data yet (S-171).</summary>
internal sealed class DiskSpaceCheck(ServiceIdentity identity, IOptionsMonitor<HealthOptions> options, IOptions<StorageOptions> storage) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var wanted = options.CurrentValue.MinimumFreeDiskPercent;
        var free = Folders().Select(FreePercent).Min();
        return Task.FromResult(free >= wanted ? HealthCheckResult.Healthy() : PublicReason.Unhealthy($"{free:0} % free, at least {wanted} % wanted"));
    }

    private IEnumerable<string> Folders()
    {
        var data = identity.Name switch
        {
            ResourceNames.Gateway => storage.Value.AuditDirectory,
            ResourceNames.Backup => storage.Value.BackupDirectory,
            _ => "",
        };
        return new[] { Environment.CurrentDirectory, data }.Where(Directory.Exists);
    }

    private static double FreePercent(string folder)
    {
        var drive = new DriveInfo(folder);
        return 100.0 * drive.AvailableFreeSpace / drive.TotalSize;
    }
}
