using ServiceDefaults.Instances;

namespace ServiceDefaults.Tests.Instances;

public sealed class InstanceMergeTests
{
    [Fact]
    public void Who_beats_in_either_store_is_alive_and_listed_once()
    {
        Assert.Equal(["a", "b", "c"], Ids([Seen("a", 1), Seen("b", 1)], [Seen("b", 9), Seen("c", 20)]));
    }

    [Fact]
    public void Three_missed_beats_are_a_death()
    {
        Assert.Empty(Ids([Seen("a", 6)], [Seen("b", 30)]));
    }

    [Fact]
    public void A_killed_process_is_dead_although_PostgreSQL_waits_longer_for_its_beat()
    {
        Assert.Empty(Ids([Seen("killed", 7)], [Seen("killed", 8)]));
    }

    [Fact]
    public void A_process_that_only_lost_Redis_lives_on()
    {
        Assert.Equal(["cut-off"], Ids([Seen("cut-off", 40)], [Seen("cut-off", 3)]));
    }

    [Fact]
    public void One_store_is_enough()
    {
        Assert.Equal(["a"], Ids(null, [Seen("a", 12)]));
        Assert.Equal(["a"], Ids([Seen("a", 1)], null));
    }

    private static InstanceSighting Seen(string id, double secondsAgo) => new(
        new Instance(id, "worker", "http://127.0.0.1:1", "", "1.0", Instance.Ready, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch),
        TimeSpan.FromSeconds(secondsAgo));

    private static IEnumerable<string> Ids(IReadOnlyList<InstanceSighting>? redis, IReadOnlyList<InstanceSighting>? postgres) =>
        InstanceMerge.Live(redis, postgres).Select(instance => instance.Id);
}
