using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using McpWorker.InternalAccess;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using Npgsql;
using ServiceDefaults.InternalCalls;
using ServiceDefaults.Settings.Catalog;
using Testing;

namespace McpWorker.Tests;

/// <summary>The real worker in memory on a database of its own; clients call it as the gateway would.</summary>
public sealed class WorkerApp : WebApplicationFactory<Program>
{
    private readonly TestDatabase _database;
    private readonly Action<IServiceCollection> _configure;
    private readonly ModuleOptions _modules;
    private readonly Dictionary<string, string?> _settings;

    private WorkerApp(TestDatabase database, ModuleOptions modules, Action<IServiceCollection> configure, Dictionary<string, string?> settings)
    {
        _database = database;
        _modules = modules;
        _configure = configure;
        _settings = settings;
    }

    public TestLog Log { get; } = new();

    public static InternalCaller Admin { get; } = Caller("ann", "*");

    public NpgsqlDataSource Database => Services.GetRequiredService<NpgsqlDataSource>();

    public static InternalCaller Caller(string subject, params string[] permissions) => new(subject, subject, "key-1", ["admin"], permissions);

    public static async Task<WorkerApp> StartAsync(
        PostgresServer postgres, ModuleOptions? modules = null, Action<IServiceCollection>? configure = null, Dictionary<string, string?>? settings = null)
    {
        var database = await postgres.CreateDatabaseAsync(migrated: true, TestContext.Current.CancellationToken);
        return new WorkerApp(database, modules ?? new ModuleOptions { Enabled = ["media", "rag"] }, configure ?? (_ => { }), settings ?? []);
    }

    public Task<McpClient> ConnectAsync(InternalCaller? caller = null, string? version = null, string path = "/mcp", McpClientHandlers? handlers = null) => McpClient.CreateAsync(
        new HttpClientTransport(
            new HttpClientTransportOptions { Endpoint = new Uri(Server.BaseAddress, path), TransportMode = HttpTransportMode.StreamableHttp },
            GatewayClient(caller ?? Admin),
            ownsHttpClient: true),
        new McpClientOptions
        {
            ProtocolVersion = version,
            Handlers = handlers ?? new McpClientHandlers(),
            Capabilities = handlers?.ElicitationHandler is null ? null : new ClientCapabilities { Elicitation = new ElicitationCapability { Form = new(), Url = new() } },
        },
        cancellationToken: TestContext.Current.CancellationToken);

    /// <summary>Signs every message as the gateway does.</summary>
    public HttpClient GatewayClient(InternalCaller caller, Func<InternalCall, InternalCall>? alter = null)
    {
        var client = CreateDefaultClient(new SigningHandler(Services.GetRequiredService<InternalTokens>(), caller, alter ?? (call => call)));
        client.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        client.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        return client;
    }

    public static StringContent Body(string json) => new(json, Encoding.UTF8, "application/json");

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseSetting("ConnectionStrings:mcpdb", _database.AppConnectionString);
        builder.UseSetting("ConnectionStrings:redis", "127.0.0.1:1,abortConnect=false,connectTimeout=100");
        builder.UseSetting("MCP_INTERNAL_SECRET", "a-secret-of-the-tests-that-is-long-enough");
        foreach (var (key, value) in _settings)
        {
            builder.UseSetting(key, value);
        }

        builder.ConfigureLogging(logging => logging.ClearProviders().AddProvider(Log));
        builder.ConfigureTestServices(services =>
        {
            services.Configure<ModuleOptions>(options =>
            {
                options.Enabled = _modules.Enabled;
                options.TimeoutSeconds = _modules.TimeoutSeconds;
                options.MaxRetries = _modules.MaxRetries;
                options.MaxConcurrency = _modules.MaxConcurrency;
                options.MaxQueue = _modules.MaxQueue;
                options.UpstreamServers = _modules.UpstreamServers;
            });
            services.Configure<AuthenticationOptions>(options => options.InternalSecret = "a-secret-of-the-tests-that-is-long-enough");
            _configure(services);
        });
    }

    private sealed class SigningHandler(InternalTokens tokens, InternalCaller caller, Func<InternalCall, InternalCall> alter) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var body = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(cancellationToken);
            var head = MessageHead.TryRead(body);
            var call = new InternalCall(caller, head?.Method ?? request.Method.Method, head?.Target ?? "", Guid.NewGuid().ToString("N"));
            DistributedContextPropagator.Current.Inject(
                Activity.Current, request, static (carrier, name, value) => ((HttpRequestMessage)carrier!).Headers.TryAddWithoutValidation(name, value));
            request.Headers.Add("X-Request-ID", call.RequestId);
            request.Headers.Add(InternalTokens.HeaderName, tokens.Sign(alter(call)));
            return await base.SendAsync(request, cancellationToken);
        }
    }
}

/// <summary>Short ways to say what tests of tools say often.</summary>
internal static class CallingTools
{
    public static ValueTask<CallToolResult> CallAsync(this McpClient client, string tool, params (string Name, object? Value)[] arguments) =>
        client.CallToolAsync(
            tool,
            arguments.ToDictionary(argument => argument.Name, argument => argument.Value, StringComparer.Ordinal),
            cancellationToken: TestContext.Current.CancellationToken);

    public static string TextOf(this CallToolResult result) => Assert.IsType<TextContentBlock>(Assert.Single(result.Content)).Text;

    public static System.Text.Json.JsonElement Data(this CallToolResult result)
    {
        Assert.True(result.IsError is not true, result.IsError is true ? result.TextOf() : "");
        return result.StructuredContent!.Value;
    }
}
