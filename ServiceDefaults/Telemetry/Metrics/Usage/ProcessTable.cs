using System.Globalization;

namespace ServiceDefaults.Telemetry.Metrics.Usage;

/// <summary>The processes of this machine at one moment. Linux keeps no list of anybody's children, so every process has to be looked at. Elsewhere it is empty.</summary>
public sealed class ProcessTable
{
    private readonly Dictionary<int, ProcessEntry> _processes;
    private readonly ILookup<int, ProcessEntry> _children;

    private ProcessTable(Dictionary<int, ProcessEntry> processes)
    {
        _processes = processes;
        _children = processes.Values.ToLookup(process => process.Parent);
    }

    public static ProcessTable Read()
    {
        var processes = new Dictionary<int, ProcessEntry>();
        foreach (var folder in OperatingSystem.IsLinux() ? Directory.EnumerateDirectories("/proc") : [])
        {
            if (int.TryParse(Path.GetFileName(folder.AsSpan()), CultureInfo.InvariantCulture, out var process) && Entry(process, $"{folder}/stat") is { } entry)
            {
                processes[process] = entry;
            }
        }

        return new ProcessTable(processes);
    }

    /// <summary>When one process started, as <see cref="ProcessEntry.Started"/> counts; null when it is gone.</summary>
    public static long? Started(int process) => Entry(process, $"/proc/{process}/stat")?.Started;

    public IReadOnlyCollection<ProcessEntry> All => _processes.Values;

    public ProcessEntry? Find(int process) => _processes.GetValueOrDefault(process);

    public IEnumerable<ProcessEntry> Children(int parent) => _children[parent];

    /// <summary>What a process started, directly or not, without itself.</summary>
    public IReadOnlyList<ProcessEntry> Descendants(int ancestor)
    {
        // Processes end and ids are given anew while they are read, so a chain might close to a ring.
        var seen = new HashSet<int> { ancestor };
        var found = new List<ProcessEntry>();
        var open = new Queue<int>(seen);
        while (open.TryDequeue(out var parent))
        {
            foreach (var child in _children[parent].Where(child => seen.Add(child.Id)))
            {
                found.Add(child);
                open.Enqueue(child.Id);
            }
        }

        return found;
    }

    /// <summary>4711 (name, which may hold brackets and line ends) S parent group session … started …; null when it is gone.</summary>
    private static ProcessEntry? Entry(int process, string path)
    {
        var stat = string.Join('\n', ProcFile.Lines(path));
        if (ProcFile.Words(stat[(stat.LastIndexOf(')') + 1)..]) is not { Length: > 19 } words)
        {
            return null;
        }

        return new ProcessEntry(
            process,
            int.Parse(words[1], CultureInfo.InvariantCulture),
            int.Parse(words[3], CultureInfo.InvariantCulture),
            words[0][0],
            long.Parse(words[19], CultureInfo.InvariantCulture));
    }
}

/// <param name="Session">Id of the process that opened its session.</param>
/// <param name="State">As the kernel abbreviates it: Z is one that ended and nobody asked for its exit code.</param>
/// <param name="Started">Clock ticks since the machine's start: with <paramref name="Id"/> it names a process for good, for ids are given anew.</param>
public sealed record ProcessEntry(int Id, int Parent, int Session, char State, long Started)
{
    public bool IsAlive => State is not ('Z' or 'X');
}
