using System.Security.Cryptography;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ModelContextProtocol.Client;
using Testing;

namespace AppHost.Tests.EndToEnd;

/// <summary>The whole platform, started once for the tests of this folder: real PostgreSQL, real Redis, two worker replicas.</summary>
public sealed class PlatformFixture : IAsyncLifetime
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(3);

    private readonly string _state = Path.Combine(Path.GetTempPath(), $"mcp-platform-{Guid.NewGuid():N}");
    private DistributedApplication? _application;

    public string JwtSecret { get; } = NewSecret();

    public OtlpCollector Collector { get; private set; } = null!;

    public DistributedApplication Application => _application ?? throw new InvalidOperationException("The platform has not started.");

    public string AdminKey => File.ReadAllText(Path.Combine(_state, "admin.key")).Trim();

    public string AuditFolder => Path.Combine(_state, "audit");

    public string LogFolder => Path.Combine(_state, "logs");

    public async ValueTask InitializeAsync()
    {
        using var limit = new CancellationTokenSource(StartLimit);
        Collector = await OtlpCollector.StartAsync(limit.Token);

        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.AppHost>(
            [
                $"LocalState={_state}",
                "MCP_WORKERS=2",
                $"Parameters:jwt-secret={JwtSecret}",
                .. GeneratedParameters.Select(name => $"Parameters:{name}={NewSecret()}"),
            ],
            limit.Token);
        var orders = builder.AddProject<SampleMcpServer>("orders").WithHttpEndpoint().WithHttpHealthCheck("/health");
        builder.CreateResourceBuilder(builder.Resources.OfType<ProjectResource>().Single(resource => resource.Name == "gateway")).WithServer(orders);

        builder.CreateResourceBuilder(builder.Resources.OfType<ProjectResource>().Single(resource => resource.Name == "worker"))
            .WithEnvironment("MCP_MODULES_ENABLED", """["media","rag","diagnostics"]""");

        builder.Services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning));
        foreach (var project in builder.Resources.OfType<ProjectResource>())
        {
            builder.CreateResourceBuilder(project)
                .WithEnvironment("OTEL_EXPORTER_OTLP_ENDPOINT", Collector.Url)
                .WithEnvironment("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf");
        }

        _application = await builder.BuildAsync(limit.Token);
        await _application.StartAsync(limit.Token);
        foreach (var service in new[] { "worker", "backup", "gateway", "orders" })
        {
            await _application.ResourceNotifications.WaitForResourceHealthyAsync(service, limit.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_application is not null)
        {
            await _application.DisposeAsync();
        }

        await Collector.DisposeAsync();
        Directory.Delete(_state, recursive: true);
    }

    /// <summary>The gateway for a caller with this credential; none: an anonymous caller.</summary>
    public HttpClient Gateway(string? bearer = null)
    {
        var client = Application.CreateHttpClient("gateway", "http");
        if (bearer is not null)
        {
            client.DefaultRequestHeaders.Authorization = new("Bearer", bearer);
        }

        return client;
    }

    public async Task<McpClient> ConnectAsync(string path, string bearer, CancellationToken cancellationToken, string? version = null, McpClientHandlers? handlers = null) =>
        await McpClient.CreateAsync(
            new HttpClientTransport(
                new HttpClientTransportOptions
                {
                    Endpoint = new Uri(Application.GetEndpoint("gateway", "http"), path),
                    TransportMode = HttpTransportMode.StreamableHttp,
                },
                Gateway(bearer),
                ownsHttpClient: true),
            new McpClientOptions { ProtocolVersion = version, Handlers = handlers ?? new McpClientHandlers() },
            cancellationToken: cancellationToken);

    private static readonly string[] GeneratedParameters =
    [
        "api-key-salt", "internal-secret", "mcp-app-password", "mcp-backup-password", "backup-passphrase",
        "postgres-password", "redis-password", "orders-token",
    ];

    /// <summary>What a project reference would generate in an AppHost.</summary>
    private sealed class SampleMcpServer : IProjectMetadata
    {
        public string ProjectPath => Path.Combine(AppHostProcess.RepositoryRoot, "tests", "SampleMcpServer", "SampleMcpServer.csproj");
    }

    private static string NewSecret() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
}

[CollectionDefinition(Name)]
public sealed class RunningPlatform : ICollectionFixture<PlatformFixture>
{
    public const string Name = "the running platform";
}
