using System.Collections.Concurrent;
using ServiceDefaults;
using ServiceDefaults.Instances;

namespace McpGateway.Routing;

/// <summary>Chooses the instance a call goes to: the live one with the fewest calls under way, ties by chance.</summary>
internal sealed class WorkerPool(InstanceDirectory directory, WorkerSeeds seeds, TimeProvider clock)
{
    private const int MaxStaleLoads = 256;

    private readonly ConcurrentDictionary<string, WorkerLoad> _loads = new(StringComparer.Ordinal);

    /// <summary>The workers that report themselves; before the first does, those the settings name.</summary>
    public IReadOnlyList<Instance> Live
    {
        get
        {
            var live = directory.Of(ResourceNames.Worker).ToList();
            return live.Count > 0 ? live : seeds.Instances;
        }
    }

    public int InFlightAt(string instanceId) => _loads.TryGetValue(instanceId, out var load) ? load.InFlight : 0;

    /// <summary>The best instance that was not tried yet; null when none is left.</summary>
    public WorkerLease? Pick(IReadOnlyCollection<string> tried)
    {
        var now = clock.GetTimestamp();
        var offset = Random.Shared.Next();
        var best = Live
            .Concat(seeds.Instances)
            .Where(instance => !tried.Contains(instance.Id, StringComparer.Ordinal))
            .Select((instance, index) => (Instance: instance, Load: LoadOf(instance.Id), Turn: (uint)((index + 1) * offset)))
            .OrderBy(candidate => candidate.Instance.State == Instance.Seed)
            .ThenBy(candidate => candidate.Load.IsAvoided(now))
            .ThenBy(candidate => candidate.Load.InFlight)
            .ThenBy(candidate => candidate.Turn)
            .FirstOrDefault();
        return best.Instance is null ? null : new WorkerLease(best.Instance, best.Load, clock);
    }

    /// <summary>This one instance; null when it is gone.</summary>
    public WorkerLease? Find(string instanceId) =>
        Live.FirstOrDefault(instance => instance.Id == instanceId) is { } instance
            ? new WorkerLease(instance, LoadOf(instance.Id), clock)
            : null;

    private WorkerLoad LoadOf(string instanceId)
    {
        if (_loads.Count > MaxStaleLoads)
        {
            var live = Live.Select(instance => instance.Id).ToHashSet(StringComparer.Ordinal);
            foreach (var (id, load) in _loads)
            {
                if (load.InFlight == 0 && !live.Contains(id))
                {
                    _loads.TryRemove(id, out _);
                }
            }
        }

        return _loads.GetOrAdd(instanceId, static _ => new WorkerLoad());
    }
}
