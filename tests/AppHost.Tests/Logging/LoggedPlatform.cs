using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AppHost.Tests.Start;
using Npgsql;
using Testing;

namespace AppHost.Tests.Logging;

/// <summary>Gateway, worker and backup as plain processes at DEBUG with every echo on, writing to one shared set of log files.</summary>
public sealed class LoggedPlatform : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mcp-logged-").FullName;
    private readonly PostgresServer _postgres = new();
    private readonly RedisServer _redis = new();
    private readonly List<ServiceProcess> _processes = [];
    private readonly List<int> _metricsPorts = [];
    private int _gateway;
    private bool _hasStopped;

    public OtlpCollector Collector { get; private set; } = null!;

    /// <summary>Every secret the services are given.</summary>
    public Dictionary<string, string> Secrets { get; } = new(StringComparer.Ordinal);

    public TestDatabase Database { get; private set; } = null!;

    public string Key { get; private set; } = "";

    public string LogFolder => Path.Combine(_folder, "logs");

    public Uri Gateway => new($"http://127.0.0.1:{_gateway}");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _postgres.InitializeAsync();
        await _redis.InitializeAsync();
        Collector = await OtlpCollector.StartAsync(Token);
        Database = await _postgres.CreateDatabaseAsync(migrated: true, Token);
        foreach (var name in (string[])["MCP_INTERNAL_SECRET", "MCP_API_KEY_SALT", "MCP_JWT_SECRET", "MCP_BACKUP_PASSPHRASE"])
        {
            Secrets[name] = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        }

        Key = await CreateKeyAsync();
        _gateway = FreePort.Next();
        var worker = FreePort.Next();
        await StartAsync("McpWorker", worker, []);
        await StartAsync("BackupService", FreePort.Next(), []);
        await StartAsync("McpGateway", _gateway, new() { ["MCP_WORKER_URLS"] = $"http://127.0.0.1:{worker}" });
        Secrets["redis"] = _redis.Password;
        Secrets["database"] = new NpgsqlConnectionStringBuilder(Database.AppConnectionString).Password ?? "";
    }

    /// <summary>A service whose database password is wrong; it lives on and complains.</summary>
    public async Task StartWithWrongPasswordAsync(string password) =>
        await StartAsync("McpWorker", FreePort.Next(), new()
        {
            ["MCP_DATABASE_URL"] = new NpgsqlConnectionStringBuilder(Database.AppConnectionString) { Password = password }.ConnectionString,
        });

    /// <summary>Ends all services, so that everything they had to say is written and exported.</summary>
    public async Task StopAsync()
    {
        foreach (var process in _hasStopped ? [] : _processes)
        {
            await process.DisposeAsync();
        }

        _hasStopped = true;
    }

    public async Task<string> MetricsAsync()
    {
        using var client = new HttpClient();
        var pages = new StringBuilder();
        foreach (var port in _metricsPorts)
        {
            pages.Append(await client.GetStringAsync($"http://127.0.0.1:{port}/metrics", Token));
        }

        return pages.ToString();
    }

    public async Task<string> AuditRowsAsync()
    {
        await using var connection = new NpgsqlConnection(Database.OwnerConnectionString);
        await connection.OpenAsync(Token);
        await using var command = new NpgsqlCommand("SELECT coalesce(string_agg(a::text, E'\\n'), '') FROM gateway.audit_log a", connection);
        return (string)(await command.ExecuteScalarAsync(Token))!;
    }

    public string StandardOutput() => string.Concat(_processes.Select(process => process.Output));

    public string[] Lines(string file) => File.ReadAllLines(Path.Combine(LogFolder, file));

    /// <summary>Lines of the main log that a predicate picks.</summary>
    public List<JsonElement> Events(Func<JsonElement, bool> fits) =>
        [.. Lines("mcp.log").Select(line => JsonDocument.Parse(line).RootElement).Where(fits)];

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await Collector.DisposeAsync();
        await _redis.DisposeAsync();
        await _postgres.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<string> CreateKeyAsync()
    {
        var file = Path.Combine(_folder, "admin_token");
        var settings = Settings(0, 0, new() { ["MCP_DATABASE_URL"] = Database.OwnerConnectionString });
        await using var verb = ServiceProcess.Start("McpGateway", settings, "create-admin", "--out", file);
        Assert.True(await verb.WaitForExitAsync(Token) == 0, verb.Output);
        return (await File.ReadAllTextAsync(file, Token)).Trim();
    }

    private async Task StartAsync(string service, int port, Dictionary<string, string> more)
    {
        var metrics = FreePort.Next();
        _metricsPorts.Add(metrics);
        var process = ServiceProcess.Start(service, Settings(port, metrics, more));
        _processes.Add(process);
        await process.WaitUntilReadyAsync($"http://127.0.0.1:{port}/health/live", Token);
    }

    private Dictionary<string, string> Settings(int port, int metrics, Dictionary<string, string> more)
    {
        var settings = new Dictionary<string, string>(Secrets, StringComparer.Ordinal)
        {
            ["MCP_ENV"] = "development",
            ["MCP_DATABASE_URL"] = Database.AppConnectionString,
            ["MCP_REDIS_URL"] = $"redis://:{_redis.Password}@127.0.0.1:{_redis.Port}/3",
            ["MCP_HOST"] = "127.0.0.1",
            ["MCP_PORT"] = $"{port}",
            ["MCP_METRICS_PORT"] = $"{metrics}",
            ["MCP_AUDIT_DIR"] = Path.Combine(_folder, "audit"),
            ["MCP_BACKUP_DIR"] = Path.Combine(_folder, "backups"),
            ["MCP_LOG_FILE"] = Path.Combine(LogFolder, "mcp.log"),
            ["MCP_LOG_MAX_BYTES"] = "0",
            ["MCP_LOG_LEVEL"] = "DEBUG",
            ["MCP_SQL_ECHO"] = "true",
            ["MCP_TRACE_REQUESTS"] = "true",
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = Collector.Url,
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_BLRP_SCHEDULE_DELAY"] = "200",
        };
        foreach (var (key, value) in more)
        {
            settings[key] = value;
        }

        return settings;
    }
}
