using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using ModelContextProtocol.Client;
using Testing;

namespace AppHost.Tests.Start;

/// <summary>The services without the AppHost: published executables, environment variables, nothing else.</summary>
public sealed class StandaloneTests(PostgresServer postgres, RedisServer redis)
    : IClassFixture<PostgresServer>, IClassFixture<RedisServer>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mcp-standalone-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Requirement", "S-010")]
    [Trait("Requirement", "S-019")]
    [Trait("Requirement", "S-030")]
    [Trait("Requirement", "S-056")]
    [Trait("Requirement", "S-057")]
    [Trait("Requirement", "S-305")]
    public async Task Plain_executables_serve_a_tool_call()
    {
        var database = await postgres.CreateDatabaseAsync(migrated: true, Token);
        var shared = new Dictionary<string, string>
        {
            ["MCP_ENV"] = "development",
            ["MCP_DATABASE_URL"] = database.AppConnectionString,
            ["MCP_REDIS_URL"] = $"redis://:{redis.Password}@127.0.0.1:{redis.Port}/1",
            ["MCP_INTERNAL_SECRET"] = NewSecret(),
            ["MCP_API_KEY_SALT"] = NewSecret(),
            ["MCP_JWT_SECRET"] = NewSecret(),
            ["MCP_HOST"] = "127.0.0.1",
            ["DOTNET_GCHeapHardLimit"] = "0x80000000",
        };
        var (worker, workerMetrics, gateway, gatewayMetrics) = (FreePort.Next(), FreePort.Next(), FreePort.Next(), FreePort.Next());
        var keyFile = Path.Combine(_folder, "admin_token");
        var owner = new Dictionary<string, string>(shared) { ["MCP_DATABASE_URL"] = database.OwnerConnectionString };
        await using (var createAdmin = ServiceProcess.Start("McpGateway", owner, "create-admin", "--out", keyFile))
        {
            Assert.True(await createAdmin.WaitForExitAsync(Token) == 0, createAdmin.Output);
        }

        await using var workerProcess = ServiceProcess.Start("McpWorker", With(shared, worker, workerMetrics));
        await workerProcess.WaitUntilReadyAsync($"http://127.0.0.1:{worker}/health/ready", Token);
        await using var gatewayProcess = ServiceProcess.Start("McpGateway", With(shared, gateway, gatewayMetrics));
        await gatewayProcess.WaitUntilReadyAsync($"http://127.0.0.1:{gateway}/health/ready", Token);
        await using var client = await McpClient.CreateAsync(
            new HttpClientTransport(new HttpClientTransportOptions
            {
                Endpoint = new Uri($"http://127.0.0.1:{gateway}/api/v1/mcp"),
                TransportMode = HttpTransportMode.StreamableHttp,
                AdditionalHeaders = new Dictionary<string, string> { ["X-API-Key"] = (await File.ReadAllTextAsync(keyFile, Token)).Trim() },
            }),
            cancellationToken: Token);

        var result = await client.CallToolAsync("media_ingest", new Dictionary<string, object?> { ["content"] = "A plain process." }, cancellationToken: Token);

        Assert.NotEqual(true, result.IsError);
        Assert.Equal(ServiceDefaults.ProductVersion.Current, client.ServerInfo?.Version);
        var memory = (await StatusAsync()).GetProperty("memory");
        Assert.Equal(0x80000000, memory.GetProperty("gc_heap_limit_bytes").GetInt64());
        Assert.True(memory.GetProperty("is_hard_limit").GetBoolean());

        async Task<JsonElement> StatusAsync()
        {
            using var caller = new HttpClient();
            caller.DefaultRequestHeaders.Add("X-API-Key", (await File.ReadAllTextAsync(keyFile, Token)).Trim());
            return await caller.GetFromJsonAsync<JsonElement>($"http://127.0.0.1:{gateway}/api/v1/mcp/status", Token);
        }

        Dictionary<string, string> With(Dictionary<string, string> settings, int port, int metrics) => new(settings)
        {
            ["MCP_PORT"] = $"{port}",
            ["MCP_METRICS_PORT"] = $"{metrics}",
            ["MCP_WORKER_URLS"] = $"http://127.0.0.1:{worker}",
            ["MCP_AUDIT_DIR"] = Path.Combine(_folder, "audit"),
        };
    }

    [Theory]
    [InlineData("McpGateway", "debug", true)]
    [InlineData("McpWorker", "debug", true)]
    [InlineData("BackupService", "debug", true)]
    [InlineData("McpGateway", "warn", false)]
    [InlineData("McpWorker", "warn", false)]
    [InlineData("BackupService", "warn", false)]
    [Trait("Requirement", "S-032")]
    public async Task Every_executable_takes_its_log_level_from_the_command_line(string service, string level, bool tellsDetails)
    {
        var database = await postgres.CreateDatabaseAsync(migrated: true, Token);
        var port = FreePort.Next();
        await using var process = ServiceProcess.Start(
            service,
            new Dictionary<string, string>
            {
                ["MCP_ENV"] = "development",
                ["MCP_LOG_LEVEL"] = "info",
                ["MCP_DATABASE_URL"] = database.AppConnectionString,
                ["MCP_REDIS_URL"] = $"redis://:{redis.Password}@127.0.0.1:{redis.Port}/2",
                ["MCP_HOST"] = "127.0.0.1",
                ["MCP_PORT"] = $"{port}",
                ["MCP_METRICS_PORT"] = $"{FreePort.Next()}",
                ["MCP_AUDIT_DIR"] = Path.Combine(_folder, "audit"),
                ["MCP_BACKUP_DIR"] = Path.Combine(_folder, "backups"),
                ["MCP_BACKUP_PASSPHRASE"] = NewSecret(),
            },
            "--log-level", level);
        await process.WaitUntilReadyAsync($"http://127.0.0.1:{port}/health/live", Token);

        var levels = process.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("level").GetString()).ToHashSet();

        Assert.Equal(tellsDetails, levels.Contains("Debug"));
        Assert.Equal(tellsDetails, levels.Contains("Information"));
    }

    [Theory]
    [InlineData("McpGateway")]
    [InlineData("McpWorker")]
    [InlineData("BackupService")]
    [Trait("Requirement", "S-057")]
    public async Task Every_executable_prints_the_one_version(string service)
    {
        await using var process = ServiceProcess.Start(service, new Dictionary<string, string>(), "--version");

        Assert.Equal(0, await process.WaitForExitAsync(Token));
        Assert.Equal(ServiceDefaults.ProductVersion.Current, process.Output.Trim());
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string NewSecret() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
}
