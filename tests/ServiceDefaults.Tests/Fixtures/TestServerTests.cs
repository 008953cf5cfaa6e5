using Npgsql;
using StackExchange.Redis;
using Testing;

namespace ServiceDefaults.Tests.Fixtures;

public sealed class TestServerTests(PostgresServer postgres, RedisServer redis) : IClassFixture<RedisServer>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_test_database_is_empty_and_asks_for_its_password()
    {
        var database = await postgres.CreateDatabaseAsync(migrated: false, Token);
        await using var source = NpgsqlDataSource.Create(database.OwnerConnectionString);

        await using var command = source.CreateCommand("SELECT count(*) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')");
        var tables = await command.ExecuteScalarAsync(Token);

        Assert.Equal(0L, tables);
        await using var guessing = new NpgsqlConnection(database.OwnerConnectionString + "x");
        var refused = await Assert.ThrowsAsync<PostgresException>(() => guessing.OpenAsync(Token));
        Assert.Equal(PostgresErrorCodes.InvalidPassword, refused.SqlState);
    }

    [Fact]
    public async Task A_stopped_redis_comes_back_on_the_same_address()
    {
        var address = redis.ConnectionString;
        await redis.StopAsync(Token);
        Assert.Throws<RedisConnectionException>(() => ConnectionMultiplexer.Connect(address + ",connectTimeout=200,connectRetry=0"));

        await redis.StartAsync(Token);

        using var connection = await ConnectionMultiplexer.ConnectAsync(address);
        Assert.True(await connection.GetDatabase().PingAsync() >= TimeSpan.Zero);
    }

    [Fact]
    public async Task A_paused_redis_answers_when_it_is_resumed()
    {
        using var connection = await ConnectionMultiplexer.ConnectAsync(redis.ConnectionString);
        await redis.PauseAsync();
        var ping = connection.GetDatabase().PingAsync();

        var first = await Task.WhenAny(ping, Task.Delay(TimeSpan.FromMilliseconds(100), Token));
        Assert.NotSame(ping, first);
        await redis.ResumeAsync();

        Assert.True(await ping > TimeSpan.Zero);
    }
}
