using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using McpWorker.Servers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using ServiceDefaults.Settings.Catalog;
using Testing;

namespace McpWorker.Tests.Servers;

/// <summary>What servers say by themselves: log messages, and changes of resources somebody watches.</summary>
public sealed class TalkingTests(PostgresServer postgres)
{
    private readonly ConcurrentDictionary<string, bool> _subscribed = new(StringComparer.Ordinal);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_server_logs_is_in_the_workers_log_without_secrets()
    {
        var servers = new PipedServers(Describe);
        await using var worker = await StartAsync(servers);
        await using var client = await worker.ConnectAsync();

        await client.CallAsync("s__talk");

        var said = await worker.Log.WaitForAsync(entry => entry.Event.Name == "server_message", Token);
        Assert.Equal(LogLevel.Warning, said.Level);
        Assert.Contains("s says: stock is low", said.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", said.Message, StringComparison.Ordinal); // not-a-secret
    }

    [Fact]
    public async Task An_older_caller_hears_what_is_logged_during_its_call_from_its_level_up()
    {
        var servers = new PipedServers(Describe);
        await using var worker = await StartAsync(servers);
        await using var client = await worker.ConnectAsync(version: "2025-11-25");
        var heard = new ConcurrentQueue<string>();
        await using var listening = client.RegisterNotificationHandler("notifications/message", (notification, _) =>
        {
            heard.Enqueue(notification.Params!["level"]!.GetValue<string>());
            return default;
        });

        await client.CallAsync("s__talk");
        var unasked = heard.Count;
#pragma warning disable MCP9005 // Deprecated for servers of ours; older callers set a level.
        await client.SetLoggingLevelAsync(LoggingLevel.Info, cancellationToken: Token);
#pragma warning restore MCP9005
        await client.CallAsync("s__talk");
        await Until.TrueAsync(() => !heard.IsEmpty);

        Assert.Equal(0, unasked);
        Assert.Equal(["warning"], heard);
    }

    [Theory]
    [InlineData("2025-11-25")]
    [InlineData("2026-07-28")]
    public async Task Who_watches_a_resource_hears_of_its_changes_and_the_server_is_asked_only_then(string version)
    {
        var servers = new PipedServers(Describe);
        await using var worker = await StartAsync(servers);
        await using var client = await worker.ConnectAsync(version: version);
        var heard = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var listening = client.RegisterNotificationHandler(NotificationMethods.ResourceUpdatedNotification, (notification, _) =>
        {
            heard.TrySetResult(notification.Params!["uri"]!.GetValue<string>());
            return default;
        });
        var before = _subscribed.Count;
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(Token);

        if (version == "2025-11-25")
        {
            await client.SubscribeToResourceAsync("stock://pizza", cancellationToken: Token);
        }
        else
        {
            _ = client.SendRequestAsync(
                new JsonRpcRequest
                {
                    Method = RequestMethods.SubscriptionsListen,
                    Params = JsonNode.Parse("""{ "notifications": { "resourceSubscriptions": ["stock://pizza"] } }"""),
                },
                ends.Token).ContinueWith(_ => { }, TaskScheduler.Default);
        }

        await Until.TrueAsync(() => _subscribed.ContainsKey("stock://pizza"));
        await servers.Opened[0].Server.SendMessageAsync(
            new JsonRpcNotification { Method = NotificationMethods.ResourceUpdatedNotification, Params = JsonNode.Parse("""{ "uri": "stock://pizza" }""") }, Token);

        Assert.Equal("stock://pizza", await heard.Task.WaitAsync(TimeSpan.FromSeconds(20), Token));
        Assert.Equal(0, before);
        await ends.CancelAsync();
    }

    [Fact]
    public async Task Of_two_servers_with_one_resource_the_first_by_name_has_it_and_the_other_is_told_of()
    {
        var servers = new PipedServers(Describe);
        await using var worker = await StartAsync(servers, """{ "s": { "command": "piped" }, "t": { "command": "piped" } }""");

        // Whoever came first thought it had it alone.
        await Until.TrueAsync(() => worker.Log.Entries.Count(entry => entry.Event.Name == "server_published") == 2);
        foreach (var each in servers.Opened)
        {
            await each.Server.SendNotificationAsync(NotificationMethods.ResourceListChangedNotification, Token);
        }

        var hidden = await worker.Log.WaitForAsync(entry => entry.Event.Name == "server_resource_hidden", Token);
        await using var own = await worker.ConnectAsync(path: "/mcp/t");

        Assert.Contains("stock://pizza is that of s; t,", hidden.Message, StringComparison.Ordinal);
        Assert.Equal("7", Assert.IsType<TextResourceContents>(Assert.Single((await own.ReadResourceAsync("stock://pizza", cancellationToken: Token)).Contents)).Text);
    }

    private void Describe(McpServerOptions options, int start)
    {
        // An older server: it answers the handshake of 2025-11-25 alone.
        options.ProtocolVersion = "2025-11-25";
        options.Capabilities = new ServerCapabilities { Resources = new ResourcesCapability { Subscribe = true } };
        options.Handlers.SubscribeToResourcesHandler = (request, _) =>
        {
            _subscribed[request.Params.Uri] = true;
            return new ValueTask<EmptyResult>(new EmptyResult());
        };
        options.Handlers.UnsubscribeFromResourcesHandler = (request, _) =>
        {
            _subscribed.TryRemove(request.Params.Uri, out var _);
            return new ValueTask<EmptyResult>(new EmptyResult());
        };
        options.ResourceCollection = [McpServerResource.Create(() => "7", new McpServerResourceCreateOptions { UriTemplate = "stock://pizza", Name = "pizza" })];
        options.ToolCollection =
        [
            McpServerTool.Create(
                async (McpServer server) =>
                {
                    await SayAsync(server, "debug", "counting");
                    await SayAsync(server, "warning", "stock is low; password=hunter2"); // not-a-secret
                    return "said";
                },
                new McpServerToolCreateOptions { Name = "talk" }),
        ];
    }

    private static Task SayAsync(McpServer server, string level, string text) => server.SendMessageAsync(
        new JsonRpcNotification
        {
            Method = "notifications/message",
            Params = new JsonObject { ["level"] = level, ["logger"] = "stock", ["data"] = text },
        },
        Token);

    private async Task<WorkerApp> StartAsync(PipedServers servers, string? definition = null)
    {
        var worker = await WorkerApp.StartAsync(
            postgres,
            new ModuleOptions { Enabled = ["media"] },
            services => services.RemoveAll<IServerLinks>().AddSingleton<IServerLinks>(servers)
                .Configure<ServersOptions>(options => options.Servers = definition ?? PipedServers.Definition("s")));
        _ = worker.Server;
        await worker.Log.WaitForAsync(entry => entry.Event.Name == "server_published", Token);
        return worker;
    }
}
