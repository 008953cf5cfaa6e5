using Npgsql;
using ServiceDefaults.Instances;
using StackExchange.Redis;
using Testing;

namespace ServiceDefaults.Tests.Instances;

public sealed class InstanceDirectoryTests(PostgresServer postgres)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Requirement", "S-021")]
    public async Task Instances_that_report_themselves_are_found_and_the_last_list_stays_when_both_stores_go()
    {
        await using var redis = new RedisServer();
        await redis.InitializeAsync();
        var database = await postgres.CreateDatabaseAsync(migrated: true, Token);
        using var connection = await ConnectionMultiplexer.ConnectAsync(redis.ConnectionString + ",abortConnect=false");
        await using var source = NpgsqlDataSource.Create(database.AppConnectionString);
        using var log = new TestLog();
        var (fast, slow) = (new RedisInstances(connection), new PostgresInstances(source));
        var directory = new InstanceDirectory(fast, slow, log.CreateLogger<InstanceDirectory>());

        await fast.BeatAsync(Named("worker-1"), Token);
        await slow.BeatAsync(Named("worker-2"), Token);
        await slow.BeatAsync(Named("worker-2"), Token);
        await directory.RefreshAsync(Token);
        Assert.Equal(["worker-1", "worker-2"], directory.Of("worker").Select(instance => instance.Id));

        await fast.RemoveAsync("worker-1", Token);
        await directory.RefreshAsync(Token);
        Assert.Equal(["worker-2"], directory.Of("worker").Select(instance => instance.Id));

        await redis.StopAsync(Token);
        await source.DisposeAsync();
        await directory.RefreshAsync(Token);
        await directory.RefreshAsync(Token);
        Assert.Equal(["worker-2"], directory.Of("worker").Select(instance => instance.Id));
        Assert.Single(log.Entries, entry => entry.Event.Name == "instances_unknown");
    }

    [Fact]
    public async Task What_another_version_wrote_is_passed_over()
    {
        await using var redis = new RedisServer();
        await redis.InitializeAsync();
        using var connection = await ConnectionMultiplexer.ConnectAsync(redis.ConnectionString);
        await connection.GetDatabase().HashSetAsync("mcp:instances", [new HashEntry("x", "rubbish"), new HashEntry("y", "9 {broken")]);
        var instances = new RedisInstances(connection);

        Assert.Empty(await instances.ReadAsync(Token));
        await instances.BeatAsync(Named("worker-1"), Token);

        Assert.Equal("worker-1", Assert.Single(await instances.ReadAsync(Token)).Instance.Id);
        Assert.Equal(1, await connection.GetDatabase().HashLengthAsync("mcp:instances"));
    }

    private static Instance Named(string id) =>
        new(id, "worker", "http://127.0.0.1:1", "", "1.0", Instance.Ready, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch);
}
