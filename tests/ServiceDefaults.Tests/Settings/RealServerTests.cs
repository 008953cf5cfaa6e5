using System.Globalization;
using Dapper;
using Npgsql;
using StackExchange.Redis;
using Testing;

namespace ServiceDefaults.Tests.Settings;

/// <summary>The converted addresses, tried on real servers.</summary>
public sealed class RealServerTests(PostgresServer postgres) : IDisposable
{
    private readonly SettingsFixture _settings = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _settings.Dispose();

    [Theory]
    [InlineData("postgresql+asyncpg")]
    [InlineData("postgresql")]
    [InlineData("postgres")]
    [Trait("Requirement", "S-053")]
    public async Task A_URL_of_each_scheme_connects(string scheme)
    {
        var database = await postgres.CreateDatabaseAsync(migrated: false, Token);

        Assert.Equal("mcp-gateway", await AskAsync(Url(scheme, database.OwnerConnectionString, password: null)));
    }

    [Fact]
    [Trait("Requirement", "S-054")]
    public async Task A_password_of_its_own_signs_in_where_the_one_in_the_URL_would_not()
    {
        var database = await postgres.CreateDatabaseAsync(migrated: true, Token);
        var url = Url("postgresql", database.AppConnectionString, password: "wrong");
        var refused = await Assert.ThrowsAsync<PostgresException>(() => AskAsync(url));
        Assert.Equal(PostgresErrorCodes.InvalidPassword, refused.SqlState);

        _settings.Environment("MCP_DATABASE_PASSWORD", new NpgsqlConnectionStringBuilder(database.AppConnectionString).Password);

        Assert.Equal("mcp-gateway", await AskAsync(url));
    }

    [Fact]
    [Trait("Requirement", "S-055")]
    public async Task The_database_in_a_redis_URL_is_where_keys_are_written()
    {
        await using var redis = new RedisServer();
        await redis.InitializeAsync();
        _settings.Environment("MCP_REDIS_URL", $"redis://:{redis.Password}@127.0.0.1:{redis.Port}/1");

        using var connection = await ConnectionMultiplexer.ConnectAsync(_settings.Snapshot().Connections.Single(connection => connection.Name == "redis").Value);
        await connection.GetDatabase().StringSetAsync("written", "here");

        Assert.True(await connection.GetDatabase(1).KeyExistsAsync("written"));
        Assert.False(await connection.GetDatabase(0).KeyExistsAsync("written"));
    }

    private async Task<string?> AskAsync(string url)
    {
        _settings.Environment("MCP_DATABASE_URL", url);
        await using var source = NpgsqlDataSource.Create(_settings.Snapshot().Connections.Single(connection => connection.Name == "mcpdb").Value);
        await using var connection = await source.OpenConnectionAsync(Token);
        return await connection.QuerySingleAsync<string>(new CommandDefinition("SELECT current_setting('application_name')", cancellationToken: Token));
    }

    private static string Url(string scheme, string connectionString, string? password)
    {
        var parts = new NpgsqlConnectionStringBuilder(connectionString);
        var secret = Uri.EscapeDataString(password ?? parts.Password ?? "");
        return string.Create(CultureInfo.InvariantCulture, $"{scheme}://{Uri.EscapeDataString(parts.Username!)}:{secret}@{parts.Host}:{parts.Port}/{parts.Database}");
    }
}
