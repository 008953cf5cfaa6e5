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
    public WorkerLease? Pick(List<string> tried) =>
        FindBest(directory.All.AsSpan(), tried) ?? FindBest(seeds.Instances.AsSpan(), tried);

    /// <summary>This one instance; null when it is gone.</summary>
    public WorkerLease? Find(string instanceId) =>
        Live.FirstOrDefault(instance => instance.Id == instanceId) is { } instance
            ? new WorkerLease(instance, LoadOf(instance.Id), clock)
            : null;

    /// <summary>One pass, begun at a chance place, so that equals take turns and nothing has to be sorted.</summary>
    private WorkerLease? FindBest(ReadOnlySpan<Instance> instances, List<string> tried)
    {
        var now = clock.GetTimestamp();
        var first = instances.Length == 0 ? 0 : Random.Shared.Next(instances.Length);
        (Instance Instance, WorkerLoad Load, bool IsAvoided)? best = null;
        for (var i = 0; i < instances.Length; i++)
        {
            var instance = instances[(first + i) % instances.Length];
            if (instance.Service != ResourceNames.Worker || tried.Contains(instance.Id))
            {
                continue;
            }

            var load = LoadOf(instance.Id);
            var isAvoided = load.IsAvoided(now) || instance.State == Instance.Draining;
            var isBetter = best is not { } other
                || (isAvoided == other.IsAvoided ? load.InFlight < other.Load.InFlight : other.IsAvoided);
            best = isBetter ? (instance, load, isAvoided) : best;
        }

        return best is { } chosen ? new WorkerLease(chosen.Instance, chosen.Load, clock) : null;
    }

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
