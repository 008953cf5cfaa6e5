using System.Diagnostics;
using ServiceDefaults.Telemetry.Metrics.Usage;

namespace ServiceDefaults.Telemetry.Metrics;

/// <summary>Takes a <see cref="ResourceSnapshot"/>.</summary>
public sealed class ResourceSnapshots
{
    private readonly CpuUsage _cpu;
    private readonly DataDisk _disk;

    internal ResourceSnapshots(CpuUsage cpu, DataDisk disk) => (_cpu, _disk) = (cpu, disk);

    public ResourceSnapshot Take()
    {
        using var process = Process.GetCurrentProcess();
        return new ResourceSnapshot(
            Math.Round(_cpu.Percent(), 2),
            Math.Round(MemoryUsage.PercentOfLimit, 2),
            Math.Round(100 - _disk.FreePercent, 2),
            Sockets.Connections(),
            process.Threads.Count);
    }
}
