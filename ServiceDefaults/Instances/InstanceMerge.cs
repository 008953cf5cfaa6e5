using System.Collections.Immutable;

namespace ServiceDefaults.Instances;

/// <summary>What two stores with different rhythms say together about who is alive.</summary>
internal static class InstanceMerge
{
    /// <param name="redis">Null: Redis did not answer.</param>
    /// <param name="postgres">Null: PostgreSQL did not answer.</param>
    public static ImmutableArray<Instance> Live(IReadOnlyList<InstanceSighting>? redis, IReadOnlyList<InstanceSighting>? postgres)
    {
        var fast = (redis ?? []).ToDictionary(sighting => sighting.Instance.Id, StringComparer.Ordinal);
        var live = fast.Values
            .Where(sighting => sighting.Age < InstanceBeats.RedisDeadAfter)
            .Select(sighting => sighting.Instance)
            .Concat((postgres ?? [])
                .Where(sighting => sighting.Age < InstanceBeats.PostgresDeadAfter && KnowsBetter(sighting, fast))
                .Select(sighting => sighting.Instance));
        return [.. live.DistinctBy(instance => instance.Id, StringComparer.Ordinal).OrderBy(instance => instance.Id, StringComparer.Ordinal)];
    }

    /// <summary>
    /// PostgreSQL counts where Redis never heard of the instance, or where the instance still beats there although it
    /// has long been silent in Redis (it lost its connection). A killed one was last seen by both at about the same time.
    /// </summary>
    private static bool KnowsBetter(InstanceSighting slow, Dictionary<string, InstanceSighting> fast) =>
        !fast.TryGetValue(slow.Instance.Id, out var sighting) || slow.Age + InstanceBeats.RedisEvery * 2 < sighting.Age;
}
