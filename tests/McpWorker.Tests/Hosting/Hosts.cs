using System.Text.Json.Nodes;
using McpWorker.Hosting;
using McpWorker.Servers;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ModelContextProtocol.Protocol;
using ServiceDefaults.Settings.Catalog;
using Testing;

namespace McpWorker.Tests.Hosting;

/// <summary>A worker's hosting without the worker: it starts servers that are scripts of these tests.</summary>
internal sealed class Hosts : IAsyncDisposable
{
    private readonly WebApplication _app;

    public Hosts(string environment = ServerOptions.Development, bool allowUnsandboxed = false)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders().AddProvider(Log);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.Configure<ServerOptions>(options => options.Environment = environment);
        builder.Services.Configure<HostingOptions>(options => options.AllowUnsandboxed = allowUnsandboxed);
        builder.AddHosting();
        _app = builder.Build();
    }

    public TestLog Log { get; } = new();

    public IServiceProvider Services => _app.Services;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>A server that speaks MCP, and does besides what the mood says.</summary>
    public static HostedServerDefinition Server(SandboxKind sandbox, params string[] mood) => new("script", "perl")
    {
        Args = [Script("server.pl"), .. mood],
        Sandbox = sandbox,
        Network = sandbox == SandboxKind.None,
    };

    public static string Script(string name) => Path.Combine(AppContext.BaseDirectory, "Hosting", "Servers", name);

    public IServerLink To(HostedServerDefinition server, int instance = 1) => Services.GetServices<IServerLinks>().Select(links => links.TryCreate(server, instance)).First(link => link is not null)!;

    public async Task<Conversation> OpenAsync(HostedServerDefinition server, int instance = 1) => await Conversation.OverAsync(await To(server, instance).OpenAsync(Token));

    public Task<LoggedEntry> LoggedAsync(string name) => Log.WaitForAsync(entry => entry.Event.Name == name, Token);

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}

/// <summary>Messages to and from a hosted server, one by one.</summary>
internal sealed class Conversation(ServerChannel channel, ITransport session) : IAsyncDisposable
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ServerChannel Channel => channel;

    public ITransport Session => session;

    public static async Task<Conversation> OverAsync(ServerChannel channel) => new(channel, await channel.Transport.ConnectAsync(Token));

    public Task SayAsync(string method, JsonNode? parameters = null) =>
        session.SendMessageAsync(new JsonRpcRequest { Id = new RequestId(1), Method = method, Params = parameters }, Token);

    public async Task<JsonRpcMessage> HearAsync() => await session.MessageReader.ReadAsync(Token).AsTask().WaitAsync(TimeSpan.FromSeconds(30), Token);

    /// <summary>What the script tells under a name.</summary>
    public async Task<string> ToldAsync(string name) => (await NewsAsync())[name]!.GetValue<string>();

    public async Task<JsonNode> NewsAsync() => Assert.IsType<JsonRpcNotification>(await HearAsync()).Params!;

    public async Task<string> EndAsync() => await channel.Ended.WaitAsync(TimeSpan.FromSeconds(60), Token);

    public ValueTask DisposeAsync() => channel.DisposeAsync();
}
