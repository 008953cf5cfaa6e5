using McpGateway.Authentication;
using Microsoft.Extensions.Options;
using Npgsql;
using ServiceDefaults.Settings.Catalog;
using Testing;

namespace McpGateway.Tests.Authentication;

public sealed class ApiKeyCacheTests(PostgresServer postgres)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Known_keys_outlive_a_short_outage_and_unknown_ones_are_not_called_wrong()
    {
        var database = await postgres.CreateDatabaseAsync(migrated: true, Token);
        var clock = new ManualTimeProvider();
        await using var source = NpgsqlDataSource.Create(database.AppConnectionString + ";Timeout=2");
        await InsertAsync(database, "AAAAAAAA");
        using var cache = new ApiKeyCache(new ApiKeyStore(source), clock);
        Assert.NotNull(await cache.FindAsync("AAAAAAAA", Token));

        await TakeAwayAsync(database);
        clock.Advance(TimeSpan.FromSeconds(59));
        var kept = await cache.FindAsync("AAAAAAAA", Token);
        await Assert.ThrowsAsync<ApiKeyStoreUnavailableException>(async () => await cache.FindAsync("BBBBBBBB", Token));
        clock.Advance(TimeSpan.FromSeconds(2));

        Assert.NotNull(kept);
        await Assert.ThrowsAsync<ApiKeyStoreUnavailableException>(async () => await cache.FindAsync("AAAAAAAA", Token));
    }

    [Fact]
    public async Task PostgreSQL_that_hangs_holds_up_no_known_key_and_unknown_ones_are_told_soon()
    {
        var database = await postgres.CreateDatabaseAsync(migrated: true, Token);
        var clock = new ManualTimeProvider();
        await using var source = NpgsqlDataSource.Create(database.AppConnectionString);
        await InsertAsync(database, "AAAAAAAA");
        using var cache = new ApiKeyCache(new ApiKeyStore(source), clock);
        Assert.NotNull(await cache.FindAsync("AAAAAAAA", Token));
        await using var hanging = new NpgsqlConnection(database.OwnerConnectionString);
        await hanging.OpenAsync(Token);
        await using var transaction = await hanging.BeginTransactionAsync(Token);
        await using var command = new NpgsqlCommand("LOCK TABLE gateway.api_keys", hanging, transaction);
        await command.ExecuteNonQueryAsync(Token);

        clock.Advance(ApiKeyCache.RefreshAfter);
        var kept = await cache.FindAsync("AAAAAAAA", Token);
        var next = cache.FindAsync("AAAAAAAA", Token);

        Assert.NotNull(kept);
        Assert.True(next.IsCompletedSuccessfully);
        await Assert.ThrowsAsync<ApiKeyStoreUnavailableException>(async () => await cache.FindAsync("BBBBBBBB", Token));
    }

    [Fact]
    public async Task A_revoked_key_stops_when_its_entry_is_renewed()
    {
        var database = await postgres.CreateDatabaseAsync(migrated: true, Token);
        var clock = new ManualTimeProvider();
        await using var source = NpgsqlDataSource.Create(database.AppConnectionString);
        await InsertAsync(database, "AAAAAAAA");
        using var cache = new ApiKeyCache(new ApiKeyStore(source), clock);
        Assert.False((await cache.FindAsync("AAAAAAAA", Token))!.IsRevoked);

        await ExecuteAsync(database, "UPDATE gateway.api_keys SET revoked_at = now()");
        clock.Advance(ApiKeyCache.RefreshAfter);

        Assert.True((await cache.FindAsync("AAAAAAAA", Token))!.IsRevoked);
    }

    [Fact]
    public async Task A_mistyped_key_never_reaches_the_database()
    {
        var database = await postgres.CreateDatabaseAsync(migrated: true, Token);
        await using var source = NpgsqlDataSource.Create(database.AppConnectionString + ";Timeout=2");
        await TakeAwayAsync(database);
        var store = new ApiKeyStore(source);
        using var cache = new ApiKeyCache(store, TimeProvider.System);
        using var log = new TestLog();
        using var use = new ApiKeyUse(store, TimeProvider.System, log.CreateLogger<ApiKeyUse>());
        var hasher = new ApiKeyHasher(Options.Create(new AuthenticationOptions { ApiKeySalt = new string('s', 32) }));
        var authenticator = new ApiKeyAuthenticator(cache, hasher, use, TimeProvider.System);

        var outcome = await authenticator.AuthenticateAsync(ApiKeyText.Generate()[..^1] + "!", Token);

        Assert.Equal(AuthenticationFailure.Malformed, outcome.Failure);
    }

    /// <summary>No connection can be opened any more, and those there were are gone.</summary>
    private static async Task TakeAwayAsync(TestDatabase database)
    {
        var elsewhere = database with { OwnerConnectionString = database.OwnerConnectionString.Replace(database.Name, "postgres", StringComparison.Ordinal) };
        await ExecuteAsync(elsewhere, $"ALTER DATABASE {database.Name} ALLOW_CONNECTIONS false");
        await ExecuteAsync(elsewhere, $"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database.Name}'");
    }

    private static Task InsertAsync(TestDatabase database, string id) => ExecuteAsync(
        database,
        $"""
        WITH account AS (INSERT INTO gateway.users (username) VALUES ('tester') RETURNING id)
        INSERT INTO gateway.api_keys (id, user_id, name, hash, last4, created_by)
        SELECT '{id}', id, 'test', sha256('x'), 'aaaa', 'test' FROM account
        """);

    private static async Task ExecuteAsync(TestDatabase database, string sql)
    {
        await using var connection = new NpgsqlConnection(database.OwnerConnectionString + ";Pooling=false");
        await connection.OpenAsync(Token);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Token);
    }
}
