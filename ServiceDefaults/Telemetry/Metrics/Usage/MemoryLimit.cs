using System.Globalization;

namespace ServiceDefaults.Telemetry.Metrics.Usage;

/// <summary>
/// How much memory this process may have. What the runtime calls available is the ceiling of its heap, in a container three
/// quarters of the limit; the kernel ends a process by the whole of it.
/// </summary>
/// <param name="root">Where /proc and /sys are.</param>
/// <param name="heapLimit">DOTNET_GCHeapHardLimit, in hexadecimal, where somebody set it.</param>
internal sealed class MemoryLimit(string root = "/", string? heapLimit = null)
{
    private readonly ControlGroups _groups = new(root);

    /// <summary>The smallest of the machine's memory, the limits of the control groups and the ceiling somebody gave the heap.</summary>
    /// <param name="machine">Taken where the machine does not tell.</param>
    public long Bytes(long machine) => Limits().Append(Installed() ?? machine).Min();

    private IEnumerable<long> Limits()
    {
        foreach (var folder in _groups.Folders("memory"))
        {
            foreach (var file in (string[])["memory.max", "memory.limit_in_bytes"])
            {
                // No limit is "max", or a number beyond any machine.
                if (ProcFile.Lines(Path.Combine(folder, file)) is [var text, ..] && long.TryParse(text, CultureInfo.InvariantCulture, out var limit))
                {
                    yield return limit;
                }
            }
        }

        var digits = heapLimit?.StartsWith("0x", StringComparison.OrdinalIgnoreCase) is true ? heapLimit[2..] : heapLimit;
        if (long.TryParse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var ceiling) && ceiling > 0)
        {
            yield return ceiling;
        }
    }

    /// <summary>As in <c>MemTotal:       16384000 kB</c>.</summary>
    private long? Installed() =>
        ProcFile.Words(Path.Combine(root, "proc/meminfo"), "MemTotal:") is [var kilobytes, ..]
        && long.TryParse(kilobytes, CultureInfo.InvariantCulture, out var installed) ? installed * 1024 : null;
}
