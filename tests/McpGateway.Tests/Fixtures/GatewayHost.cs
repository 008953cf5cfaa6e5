using System.Security.Cryptography;
using McpGateway.Authentication;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Testing;

namespace McpGateway.Tests.Fixtures;

/// <summary>The real gateway on a real socket, with a database of its own and one worker that the test plays.</summary>
internal sealed class GatewayHost : WebApplicationFactory<Program>
{
    private readonly Dictionary<string, string?> _settings;
    private readonly Action<IServiceCollection> _configure;
    private readonly string _auditFolder = Path.Combine(Path.GetTempPath(), $"mcp-audit-{Guid.NewGuid():N}");

    private GatewayHost(
        TestDatabase database, string redis, FakeWorker worker, Dictionary<string, string?>? settings, Action<IServiceCollection>? configure)
    {
        _configure = configure ?? (_ => { });
        Database = database;
        Worker = worker;
        _settings = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["ConnectionStrings:mcpdb"] = database.AppConnectionString,
            ["ConnectionStrings:redis"] = redis,
            ["MCP_AUTH_MODE"] = "both",
            ["MCP_JWT_SECRET"] = JwtSecret,
            ["MCP_API_KEY_SALT"] = RandomNumberGenerator.GetHexString(64),
            ["MCP_INTERNAL_SECRET"] = RandomNumberGenerator.GetHexString(64),
            ["MCP_AUDIT_DIR"] = _auditFolder,
            ["MCP_WORKER_URLS"] = worker.Url,
            ["MCP_RATE_LIMIT_STORAGE"] = "memory",
            ["MCP_METRICS_ENABLED"] = "false",
            ["urls"] = "http://127.0.0.1:0",
        };
        foreach (var (key, value) in settings ?? [])
        {
            _settings[key] = value;
        }

        UseKestrel(0);
    }

    public string JwtSecret { get; } = RandomNumberGenerator.GetHexString(64);

    public TestDatabase Database { get; }

    public FakeWorker Worker { get; }

    public TestLog Log { get; } = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<GatewayHost> StartAsync(
        PostgresServer postgres, RedisServer redis, Dictionary<string, string?>? settings = null, Action<IServiceCollection>? configure = null)
    {
        var database = await postgres.CreateDatabaseAsync(migrated: true, Token);
        var host = new GatewayHost(database, redis.ConnectionString, await FakeWorker.StartAsync(), settings, configure);
        host.StartServer();
        return host;
    }

    /// <summary>A client with a fresh API key.</summary>
    public async Task<HttpClient> CallerAsync(string permissions = "{*}", int? perMinute = 60_000, int? burst = 5_000, string user = "tester")
    {
        var client = CreateClient();
        client.DefaultRequestHeaders.Add("X-API-Key", await CreateKeyAsync(permissions, perMinute, burst, user));
        return client;
    }

    public async Task<string> CreateKeyAsync(
        string permissions = "{*}", int? perMinute = null, int? burst = null, string user = "tester", string expires = "NULL")
    {
        var key = ApiKeyText.Generate();
        await ExecuteAsync(
            $"""
            WITH account AS (
                INSERT INTO gateway.users (username) VALUES ('{user}') ON CONFLICT (username) DO UPDATE SET updated_at = now() RETURNING id
            )
            INSERT INTO gateway.api_keys (id, user_id, name, hash, last4, permissions, rate_per_minute, burst, created_by, expires_at)
            SELECT '{ApiKeyText.TryGetId(key)}', id, 'test', @hash, '{key[^4..]}', '{permissions}',
                   {perMinute?.ToString() ?? "NULL"}, {burst?.ToString() ?? "NULL"}, 'test', {expires} FROM account
            """,
            new NpgsqlParameter("hash", Services.GetRequiredService<ApiKeyHasher>().Hash(key)));
        return key;
    }

    public async Task<object?> ExecuteAsync(string sql, params NpgsqlParameter[] parameters)
    {
        await using var connection = new NpgsqlConnection(Database.OwnerConnectionString);
        await connection.OpenAsync(Token);
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddRange(parameters);
        return await command.ExecuteScalarAsync(Token);
    }

    /// <summary>Asks until the answer is as expected: rows arrive when the carrier has been round.</summary>
    public async Task<object?> WaitForAsync(string sql, object expected)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        for (var attempt = 0; attempt < 300; attempt++)
        {
            if (await ExecuteAsync(sql) is { } value && Equals(value, expected))
            {
                return value;
            }

            await timer.WaitForNextTickAsync(Token);
        }

        return await ExecuteAsync(sql);
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        foreach (var (key, value) in _settings)
        {
            builder.UseSetting(key, value);
        }

        builder.ConfigureServices(_configure);
        builder.ConfigureLogging(logging => logging.Services.AddSingleton<ILoggerProvider>(Log));
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await Worker.DisposeAsync();
        if (Directory.Exists(_auditFolder))
        {
            Directory.Delete(_auditFolder, recursive: true);
        }
    }
}
