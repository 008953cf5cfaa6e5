using System.Globalization;

namespace ServiceDefaults.Telemetry.Metrics.Usage;

/// <summary>How many cores this process may use: a container may be given half a core of a machine with sixty-four.</summary>
/// <param name="root">Where /proc and /sys are.</param>
internal sealed class CpuQuota(string root = "/")
{
    private const string Groups = "sys/fs/cgroup";

    /// <summary>The smallest of what the process may run on and the quotas of its control groups, its own and those around it.</summary>
    public double Cores(int processors) => Quotas().Append(processors).Min();

    private IEnumerable<double> Quotas()
    {
        foreach (var line in ProcFile.Lines(Path.Combine(root, "proc/self/cgroup")))
        {
            // "0::/system.slice/mcp.service" (version 2) or "4:cpu,cpuacct:/system.slice/mcp.service" (version 1)
            var parts = line.Split(':', 3);
            if (parts is ["0", "", var unified])
            {
                foreach (var folder in Around(Groups, unified).Concat(Around($"{Groups}/unified", unified)))
                {
                    if (ProcFile.Lines(Path.Combine(folder, "cpu.max")) is [var max, ..] && ProcFile.Words(max) is [var quota, var period])
                    {
                        yield return Share(quota, period);
                    }
                }
            }
            else if (parts.Length == 3 && parts[1].Split(',').Contains("cpu"))
            {
                foreach (var folder in Around($"{Groups}/cpu", parts[2]))
                {
                    if (ProcFile.Lines(Path.Combine(folder, "cpu.cfs_quota_us")) is [var quota, ..]
                        && ProcFile.Lines(Path.Combine(folder, "cpu.cfs_period_us")) is [var period, ..])
                    {
                        yield return Share(quota, period);
                    }
                }
            }
        }
    }

    /// <summary>A group and those it is in. A container often sees its own group as the root, so those not there are no error.</summary>
    private IEnumerable<string> Around(string mount, string group)
    {
        var folder = Path.Combine(root, mount);
        yield return folder;
        foreach (var name in group.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            folder = Path.Combine(folder, name);
            yield return folder;
        }
    }

    /// <summary>No limit is "max", or -1.</summary>
    private static double Share(string quota, string period) =>
        long.TryParse(quota, CultureInfo.InvariantCulture, out var of) && long.TryParse(period, CultureInfo.InvariantCulture, out var per) && of > 0 && per > 0
            ? (double)of / per
            : double.PositiveInfinity;
}
