using ServiceDefaults.Telemetry.Metrics.Usage;

namespace ServiceDefaults.Limits;

/// <summary>Where the limit in force is read.</summary>
/// <param name="Path">The kernel's table of this process's limits.</param>
internal sealed record OpenFileLimitSource(string Path = OpenFiles.Limits)
{
    /// <summary>Null where the system does not tell, and where there is no limit.</summary>
    public long? Read() => OpenFiles.Maximum(Path);
}
