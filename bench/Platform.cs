using System.Security.Cryptography;
using Npgsql;
using Testing;

namespace Bench;

/// <summary>One gateway and one worker with a database and a Redis of their own, and a key no limit holds back.</summary>
internal sealed class Platform : IAsyncDisposable
{
    private readonly RedisServer _redis = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mcp-bench-");

    private Platform(Telemetry telemetry) => Telemetry = telemetry;

    public Telemetry Telemetry { get; }

    public ServiceProcess Gateway { get; private set; } = null!;

    public ServiceProcess Worker { get; private set; } = null!;

    public string Address { get; private set; } = "";

    public string Key { get; private set; } = "";

    /// <summary>Addresses of both metrics endpoints; empty when there are none.</summary>
    public IReadOnlyList<string> MetricsAddresses { get; private set; } = [];

    public static async Task<Platform> StartAsync(
        PostgresServer postgres, Telemetry telemetry, string collector, CancellationToken cancellationToken, params (string Key, string Value)[] more)
    {
        var platform = new Platform(telemetry);
        try
        {
            await platform.StartAsync(postgres, collector, more, cancellationToken);
            return platform;
        }
        catch
        {
            await platform.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in new[] { Gateway, Worker }.OfType<ServiceProcess>())
        {
            await process.DisposeAsync();
        }

        await _redis.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private async Task StartAsync(PostgresServer postgres, string collector, (string Key, string Value)[] more, CancellationToken cancellationToken)
    {
        await _redis.InitializeAsync();
        var database = await postgres.CreateDatabaseAsync(migrated: true, cancellationToken);
        var settings = Telemetry.Settings(collector);
        settings["MCP_ENV"] = "development";
        settings["ConnectionStrings__redis"] = _redis.ConnectionString;
        settings["ConnectionStrings__mcpdb"] = database.OwnerConnectionString;
        settings["MCP_ADMIN_KEY_FILE"] = Path.Combine(_folder.FullName, "admin.key");
        settings["MCP_AUDIT_DIR"] = Path.Combine(_folder.FullName, "audit");
        foreach (var (key, value) in more)
        {
            settings[key] = value;
        }

        foreach (var secret in new[] { "MCP_JWT_SECRET", "MCP_API_KEY_SALT", "MCP_INTERNAL_SECRET" })
        {
            settings[secret] = RandomNumberGenerator.GetHexString(64);
        }

        await MakeKeyAsync(database, settings, cancellationToken);

        settings["ConnectionStrings__mcpdb"] = database.AppConnectionString;
        var (port, workerPort, metrics, workerMetrics) = (FreePort.Next(), FreePort.Next(), FreePort.Next(), FreePort.Next());
        Worker = ServiceProcess.Start("McpWorker", At(settings, workerPort, workerMetrics));
        settings["MCP_WORKER_URLS"] = $"http://127.0.0.1:{workerPort}";
        Gateway = ServiceProcess.Start("McpGateway", At(settings, port, metrics));
        Address = $"http://127.0.0.1:{port}";
        MetricsAddresses = Telemetry.Metrics ? [$"http://127.0.0.1:{metrics}/metrics", $"http://127.0.0.1:{workerMetrics}/metrics"] : [];

        await ReadyAsync($"http://127.0.0.1:{workerPort}", cancellationToken);
        await ReadyAsync(Address, cancellationToken);
    }

    private async Task MakeKeyAsync(TestDatabase database, Dictionary<string, string> settings, CancellationToken cancellationToken)
    {
        await using (var migrate = ServiceProcess.Start("McpGateway", settings, "migrate"))
        {
            if (await migrate.EndAsync(cancellationToken) != 0)
            {
                throw new InvalidOperationException("'McpGateway migrate' failed; run it by hand to see why.");
            }
        }

        Key = (await File.ReadAllTextAsync(settings["MCP_ADMIN_KEY_FILE"], cancellationToken)).Trim();
        await using var source = NpgsqlDataSource.Create(database.OwnerConnectionString);
        await using var widen = source.CreateCommand("UPDATE gateway.api_keys SET rate_per_minute = 1000000, burst = 100000");
        await widen.ExecuteNonQueryAsync(cancellationToken);
    }

    private static Dictionary<string, string> At(Dictionary<string, string> settings, int port, int metricsPort) => new(settings, StringComparer.Ordinal)
    {
        ["MCP_HOST"] = "127.0.0.1",
        ["MCP_PORT"] = port.ToString(System.Globalization.CultureInfo.InvariantCulture),
        ["MCP_METRICS_PORT"] = metricsPort.ToString(System.Globalization.CultureInfo.InvariantCulture),
    };

    private static async Task ReadyAsync(string address, CancellationToken cancellationToken)
    {
        using var client = new HttpClient();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (true)
        {
            try
            {
                using var answer = await client.GetAsync($"{address}/health/ready", patience.Token);
                if (answer.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }

            await pause.WaitForNextTickAsync(patience.Token);
        }
    }
}
