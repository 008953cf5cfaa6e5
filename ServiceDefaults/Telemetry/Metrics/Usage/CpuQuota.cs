using System.Globalization;

namespace ServiceDefaults.Telemetry.Metrics.Usage;

/// <summary>How many cores this process may use: a container may be given half a core of a machine with sixty-four.</summary>
/// <param name="root">Where /proc and /sys are.</param>
internal sealed class CpuQuota(string root = "/")
{
    private readonly ControlGroups _groups = new(root);

    /// <summary>The smallest of what the process may run on and the quotas of its control groups, its own and those around it.</summary>
    public double Cores(int processors) => Quotas().Append(processors).Min();

    private IEnumerable<double> Quotas()
    {
        foreach (var folder in _groups.Folders("cpu"))
        {
            if (ProcFile.Lines(Path.Combine(folder, "cpu.max")) is [var max, ..] && ProcFile.Words(max) is [var share, var of])
            {
                yield return Share(share, of);
            }
            else if (ProcFile.Lines(Path.Combine(folder, "cpu.cfs_quota_us")) is [var quota, ..]
                && ProcFile.Lines(Path.Combine(folder, "cpu.cfs_period_us")) is [var period, ..])
            {
                yield return Share(quota, period);
            }
        }
    }

    /// <summary>No limit is "max", or -1.</summary>
    private static double Share(string quota, string period) =>
        long.TryParse(quota, CultureInfo.InvariantCulture, out var of) && long.TryParse(period, CultureInfo.InvariantCulture, out var per) && of > 0 && per > 0
            ? (double)of / per
            : double.PositiveInfinity;
}
