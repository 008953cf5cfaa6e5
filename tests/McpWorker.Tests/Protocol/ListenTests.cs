using System.Net;
using System.Text.Json.Nodes;
using McpModules;
using McpWorker.InternalAccess;
using McpWorker.Tools;
using McpWorker.Tools.Subscriptions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ModelContextProtocol.Server;
using ServiceDefaults.Settings.Catalog;
using Testing;

namespace McpWorker.Tests.Protocol;

public sealed class ListenTests(PostgresServer postgres)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Requirement", "S-152")]
    public async Task A_listener_is_told_first_what_it_will_hear_and_then_hears_just_that()
    {
        await using var worker = await StartAsync();
        using var client = worker.GatewayClient(WorkerApp.Admin);

        await using var stream = await EventStream.OpenAsync(client, ModernMessage.Listen(
            "/mcp/diagnostics", Wanting(tools: true, "test://watched-resource", "test://nothing-like-it"), id: "listen-1"));
        var acknowledged = await stream.NextAsync(Token);
        worker.Services.GetRequiredService<IResourceUpdates>().Publish("diagnostics", "test://static-text");
        worker.Services.GetRequiredService<IResourceUpdates>().Publish("another", "test://watched-resource");
        worker.Services.GetRequiredService<IResourceUpdates>().Publish("diagnostics", "test://watched-resource");
        var updated = await stream.NextAsync(Token).WaitAsync(Patience, Token);
        PublishTools(worker, "diagnostics", "brand_new");
        var changed = await stream.NextAsync(Token).WaitAsync(Patience, Token);

        Assert.Equal("notifications/subscriptions/acknowledged", (string?)acknowledged!["method"]);
        Assert.Equal("""{"toolsListChanged":true,"resourceSubscriptions":["test://watched-resource"]}""", acknowledged["params"]!["notifications"]!.ToJsonString());
        Assert.Equal("notifications/resources/updated", (string?)updated!["method"]);
        Assert.Equal("test://watched-resource", (string?)updated["params"]!["uri"]);
        Assert.Equal("notifications/tools/list_changed", (string?)changed!["method"]);
        Assert.All([acknowledged, updated, changed], message =>
            Assert.Equal("listen-1", (string?)message!["params"]!["_meta"]!["io.modelcontextprotocol/subscriptionId"]));
    }

    [Fact]
    [Trait("Requirement", "S-071")]
    public async Task A_change_of_what_a_caller_may_not_see_is_not_told_to_it()
    {
        await using var worker = await StartAsync();
        using var client = worker.GatewayClient(WorkerApp.Caller("rita", "tool:visible/*:call"));

        await using var stream = await EventStream.OpenAsync(client, ModernMessage.Listen("/mcp", Wanting(tools: true)));
        await stream.NextAsync(Token);
        PublishTools(worker, "hidden", "secret_plan");
        PublishTools(worker, "visible", "first");
        var first = await stream.NextAsync(Token).WaitAsync(Patience, Token);
        PublishTools(worker, "hidden", "another_plan");
        PublishTools(worker, "visible", "first");
        PublishTools(worker, "visible", "second");
        var second = await stream.NextAsync(Token).WaitAsync(Patience, Token);
        worker.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        var rest = await stream.NextAsync(Token);

        Assert.All([first, second], message => Assert.Equal("notifications/tools/list_changed", (string?)message!["method"]));
        Assert.Equal("complete", (string?)rest!["result"]!["resultType"]);
    }

    [Fact]
    public async Task A_worker_that_stops_ends_the_stream_with_a_result_that_names_it()
    {
        await using var worker = await StartAsync();
        using var client = worker.GatewayClient(WorkerApp.Admin);

        await using var stream = await EventStream.OpenAsync(client, ModernMessage.Listen("/mcp", Wanting(tools: true), id: 12));
        await stream.NextAsync(Token);
        worker.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        var last = await stream.NextAsync(Token);

        Assert.Equal(12, (int?)last!["id"]);
        Assert.Equal(12, (int?)last["result"]!["_meta"]!["io.modelcontextprotocol/subscriptionId"]);
        Assert.Null(await stream.NextAsync(Token));
    }

    [Fact]
    public async Task Nothing_stays_subscribed_after_a_stream_or_a_request()
    {
        await using var worker = await StartAsync();
        using var client = worker.GatewayClient(WorkerApp.Admin);
        var catalog = worker.Services.GetRequiredService<ToolCatalog>();

        await using (var stream = await EventStream.OpenAsync(client, ModernMessage.Listen("/mcp", Wanting(tools: true))))
        {
            await stream.NextAsync(Token);
            Assert.Equal(1, Subscribers(catalog.Find(null)!));
            Assert.Equal(1, worker.Services.GetRequiredService<OpenStreams>().Count);
        }

        using var call = await client.SendAsync(ModernMessage.Call("/mcp/diagnostics", "test_simple_text"), Token);
        await Until.EqualAsync(0, () => Subscribers(catalog.Find(null)!) + Subscribers(catalog.Find("diagnostics")!));
        await Until.EqualAsync(0, () => worker.Services.GetRequiredService<OpenStreams>().Count);
        Assert.Equal(0, worker.Services.GetRequiredService<ResourceUpdates>().Streams);
    }

    [Fact]
    public async Task A_caller_holds_only_so_many_streams_open()
    {
        await using var worker = await StartAsync(new(StringComparer.Ordinal) { ["MCP_STREAMS_PER_CALLER"] = "1" });
        using var ann = worker.GatewayClient(WorkerApp.Admin);
        using var bob = worker.GatewayClient(WorkerApp.Caller("bob", "*"));

        await using var first = await EventStream.OpenAsync(ann, ModernMessage.Listen("/mcp", Wanting(tools: true)));
        await first.NextAsync(Token);
        await using var second = await EventStream.OpenAsync(ann, ModernMessage.Listen("/mcp", Wanting(tools: true)));
        await using var others = await EventStream.OpenAsync(bob, ModernMessage.Listen("/mcp", Wanting(tools: true)));

        Assert.Equal(HttpStatusCode.TooManyRequests, second.Response.StatusCode);
        Assert.Equal(HttpStatusCode.OK, others.Response.StatusCode);
    }

    internal static void PublishTools(WorkerApp worker, string server, params string[] names)
    {
        var tools = names.Select(name => McpServerTool.Create(() => "", new() { Name = name, Description = name, Metadata = [new ToolAddress(server, name, name, "")] }));
        worker.Services.GetRequiredService<ToolCatalog>().Publish(server, new Offer { Tools = [.. tools.Select(tool => new Named<McpServerTool>(tool, tool))] });
    }

    /// <summary>Handlers of an endpoint's events, ours and the SDK's.</summary>
    internal static int Subscribers(LivePage endpoint) =>
        Handlers(endpoint, typeof(LivePage)) + Handlers(endpoint.Tools, typeof(McpServerPrimitiveCollection<McpServerTool>))
        + Handlers(endpoint.Prompts, typeof(McpServerPrimitiveCollection<McpServerPrompt>)) + Handlers(endpoint.Resources, typeof(McpServerPrimitiveCollection<McpServerResource>));

    private static int Handlers(object owner, Type declaring)
    {
        var field = declaring.GetField("Changed", System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic);
        return ((Delegate?)Assert.IsAssignableFrom<System.Reflection.FieldInfo>(field).GetValue(owner))?.GetInvocationList().Length ?? 0;
    }

    private static JsonObject Wanting(bool tools, params string[] resources)
    {
        var wanted = new JsonObject { ["toolsListChanged"] = tools };
        if (resources.Length > 0)
        {
            wanted["resourceSubscriptions"] = new JsonArray([.. resources.Select(uri => JsonValue.Create(uri))]);
        }

        return wanted;
    }

    private Task<WorkerApp> StartAsync(Dictionary<string, string?>? settings = null) =>
        WorkerApp.StartAsync(postgres, new ModuleOptions { Enabled = ["diagnostics"] }, settings: settings);
}
