namespace ServiceDefaults.Telemetry.Metrics;

/// <summary>What this process uses right now (S-319).</summary>
/// <param name="CpuPercent">0 to 100 of the cores it may use, over the last ten seconds.</param>
/// <param name="MemoryPercent">Resident memory as a share of the container's limit, or of the machine's memory.</param>
/// <param name="DiskUsage">Percent used of the disk with the service's data.</param>
/// <param name="NetworkConnections">Its established TCP connections.</param>
public sealed record ResourceSnapshot(double CpuPercent, double MemoryPercent, double DiskUsage, int NetworkConnections, int ThreadCount);
