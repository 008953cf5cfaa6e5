using ServiceDefaults.Telemetry.Metrics.Usage;

namespace McpWorker.Hosting.Processes;

/// <summary>
/// The processes of one instance of a hosted server. The worker adopts orphans, so a process that left its parent, its group
/// and its session is still below the worker; each kind of sandbox knows which of those are its own.
/// </summary>
/// <param name="root">The process the worker started.</param>
internal abstract class HostedTree(int root)
{
    private readonly Dictionary<int, long> _seen = [];

    public int Root => root;

    /// <summary>Those that are alive now. Once seen, a process belongs to it until it ends, whatever it does meanwhile.</summary>
    public IReadOnlyList<ProcessEntry> Members(ProcessTable table)
    {
        lock (_seen)
        {
            foreach (var gone in _seen.Where(seen => table.Find(seen.Key)?.Started != seen.Value).Select(seen => seen.Key).ToList())
            {
                _seen.Remove(gone);
            }

            var old = _seen.Keys.SelectMany(process => table.Descendants(process).Append(table.Find(process)!));
            var members = Own(table).Concat(old).Where(process => process.IsAlive).DistinctBy(process => process.Id).ToList();
            foreach (var member in members)
            {
                _seen[member.Id] = member.Started;
            }

            return members;
        }
    }

    /// <summary>Whether a process is to be asked to end before it is made to. The sandbox's own would take the others with them.</summary>
    public virtual bool CanBeAsked(ProcessEntry process) => true;

    protected abstract IEnumerable<ProcessEntry> Own(ProcessTable table);

    protected IEnumerable<ProcessEntry> FromRoot(ProcessTable table) =>
        table.Find(root) is { } found ? table.Descendants(root).Append(found) : table.Descendants(root);
}
