using System.Globalization;

namespace ServiceDefaults.Telemetry.Metrics.Usage;

/// <summary>
/// This process and all it started, directly or not. Linux keeps no list of them, so every process of the machine has to be looked
/// at: that is done in the background, not while somebody waits for a scrape.
/// </summary>
internal sealed class ProcessTree : IDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    private readonly ITimer _timer;
    private volatile int _count;

    public ProcessTree(TimeProvider clock)
    {
        Look();
        _timer = clock.CreateTimer(_ => Look(), state: null, Every, Every);
    }

    /// <summary>Null where processes cannot be looked at.</summary>
    public int? Count => _count > 0 ? _count : null;

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        var parents = Parents();
        _count = parents.Keys.Count(process => IsOurs(process, parents));
    }

    private static bool IsOurs(int process, Dictionary<int, int> parents)
    {
        // Processes end and ids are given anew while they are read, so a chain might close to a ring.
        for (var steps = 0; steps < parents.Count; steps++)
        {
            if (process == Environment.ProcessId)
            {
                return true;
            }

            if (!parents.TryGetValue(process, out process))
            {
                return false;
            }
        }

        return false;
    }

    private static Dictionary<int, int> Parents()
    {
        var parents = new Dictionary<int, int>();
        if (!OperatingSystem.IsLinux())
        {
            return parents;
        }

        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            // 4711 (name, which may hold brackets) S 4242 …
            if (int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var process)
                && ProcFile.Lines($"{folder}/stat") is [var stat, ..]
                && ProcFile.Words(stat[(stat.LastIndexOf(')') + 1)..]) is [_, var parent, ..])
            {
                parents[process] = int.Parse(parent, CultureInfo.InvariantCulture);
            }
        }

        return parents;
    }
}
