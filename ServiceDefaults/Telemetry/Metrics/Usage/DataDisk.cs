using Microsoft.Extensions.Options;
using ServiceDefaults.Settings.Catalog;

namespace ServiceDefaults.Telemetry.Metrics.Usage;

/// <summary>The disk a service keeps its data on, or runs on when it has no data yet; of several, the fullest.</summary>
internal sealed class DataDisk(ServiceIdentity identity, IOptions<StorageOptions> storage)
{
    public double FreePercent => Folders().Select(FreePercentOf).Min();

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

    private static double FreePercentOf(string folder)
    {
        var drive = new DriveInfo(folder);
        return 100.0 * drive.AvailableFreeSpace / drive.TotalSize;
    }
}
