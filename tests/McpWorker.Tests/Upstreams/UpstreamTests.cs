using System.Text.Json.Nodes;
using McpWorker.Servers;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol;
using ModelContextProtocol.AspNetCore;
using ServiceDefaults.InternalCalls;
using ServiceDefaults.Settings;
using ServiceDefaults.Settings.Catalog;
using Testing;

namespace McpWorker.Tests.Upstreams;

public sealed class UpstreamTests(PostgresServer postgres)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(HttpServerSessionMode.Stateless, "2026-07-28")]
    [InlineData(HttpServerSessionMode.Stateless, "2025-11-25")]
    [InlineData(HttpServerSessionMode.Stateful, "2026-07-28")]
    [InlineData(HttpServerSessionMode.Stateful, "2025-11-25")]
    [InlineData(HttpServerSessionMode.Stateless, "2025-06-18")]
    [InlineData(HttpServerSessionMode.Stateful, "2025-06-18")]
    public async Task Callers_and_servers_of_either_era_meet(HttpServerSessionMode serverMode, string callerVersion)
    {
        await using var orders = await OrdersServer.StartAsync(serverMode);
        await using var worker = await StartAsync($"orders={orders.Endpoint}");
        await using var client = await worker.ConnectAsync(version: callerVersion);
        await PublishedAsync(worker, "orders");
        var shape = JsonNode.Parse("""{ "deep": [1, 2.50, null, { "ü": "\u0000x" }] }""");

        var found = await client.CallAsync("orders__orders_find", ("shape", shape));
        await using var alone = await worker.ConnectAsync(version: callerVersion, path: "/mcp/orders");
        var own = await alone.CallAsync("orders_find", ("shape", shape));
        var failed = await client.CallAsync("orders__fail");

        Assert.True(JsonNode.DeepEquals(shape, JsonNode.Parse(found.StructuredContent!.Value.GetRawText())));
        Assert.Equal("found", found.TextOf());
        Assert.Equal("found", own.TextOf());
        Assert.True(failed.IsError);
        Assert.Equal("out of stock", failed.TextOf());
    }

    [Fact]
    public async Task Progress_and_cancellation_pass()
    {
        await using var orders = await OrdersServer.StartAsync(HttpServerSessionMode.Stateless);
        await using var worker = await StartAsync($"orders={orders.Endpoint}");
        await using var client = await worker.ConnectAsync();
        await PublishedAsync(worker, "orders");
        var progress = new TaskCompletionSource<ProgressNotificationValue>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Token);

        var call = client.CallToolAsync("orders__ship", progress: new Relay(progress), cancellationToken: leaving.Token).AsTask();
        var seen = await progress.Task.WaitAsync(Token);
        await leaving.CancelAsync();

        Assert.Equal((1f, 2f, "packed"), (seen.Progress, seen.Total!.Value, seen.Message));
        await Assert.ThrowsAnyAsync<Exception>(() => call);
        await orders.Journal.Cancelled.Task.WaitAsync(TimeSpan.FromSeconds(10), Token);
    }

    [Fact]
    public async Task A_dead_server_hides_no_other_and_comes_back_under_its_name()
    {
        await using var orders = await OrdersServer.StartAsync(HttpServerSessionMode.Stateless);
        var port = orders.Port;
        await using var worker = await StartAsync($"orders={orders.Endpoint}", "gone=http://127.0.0.1:1/mcp");
        await using var client = await worker.ConnectAsync();
        await PublishedAsync(worker, "orders");

        var listed = await client.ListToolsAsync(cancellationToken: Token);
        var media = await client.CallAsync("media_list");
        await orders.DisposeAsync();
        var away = await client.CallAsync("orders__fail");
        await using var reborn = await OrdersServer.StartAsync(HttpServerSessionMode.Stateless, port);
        var back = await client.CallAsync("orders__fail");

        Assert.Contains(listed, tool => tool.Name == "orders__ship");
        Assert.True(media.IsError is not true);
        Assert.True(away.IsError);
        Assert.Contains("'orders' cannot be reached", away.TextOf(), StringComparison.Ordinal);
        Assert.Equal("out of stock", back.TextOf());
        await worker.Log.WaitForAsync(entry => entry.Event.Name == "server_away", Token);
    }

    [Fact]
    [Trait("Requirement", "S-071")]
    public async Task Permissions_hold_for_tools_of_others()
    {
        await using var orders = await OrdersServer.StartAsync(HttpServerSessionMode.Stateless);
        await using var worker = await StartAsync($"orders={orders.Endpoint}");
        await PublishedAsync(worker, "orders");
        await using var client = await worker.ConnectAsync(WorkerApp.Caller("rita", "tool:orders/ship:list", "tool:orders/fail:call"));

        var listed = await client.ListToolsAsync(cancellationToken: Token);

        Assert.Equal(["orders__fail", "orders__ship"], listed.Select(tool => tool.Name));
        Assert.Equal("out of stock", (await client.CallAsync("orders__fail")).TextOf());
        await Assert.ThrowsAnyAsync<Exception>(async () => await client.CallAsync("orders__ship"));
        Assert.False(orders.Journal.Entered.Task.IsCompleted);
    }

    [Fact]
    public async Task The_callers_token_is_not_passed_on()
    {
        await using var orders = await OrdersServer.StartAsync(HttpServerSessionMode.Stateless);
        await using var worker = await StartAsync($"orders={orders.Endpoint}");
        await using var client = await worker.ConnectAsync();
        await PublishedAsync(worker, "orders");

        await client.CallAsync("orders__fail");

        Assert.NotEmpty(orders.Journal.Headers);
        Assert.All(orders.Journal.Headers, names => Assert.DoesNotContain(InternalTokens.HeaderName, names, StringComparer.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("orders", "name=url")]
    [InlineData("Orders=http://x/mcp", "name=url")]
    [InlineData("orders=file:///etc/passwd", "http or https")]
    [InlineData("orders=/mcp", "http or https")]
    [InlineData("orders=http://x/mcp A B", "behind a space")]
    [InlineData("orders=http://ann:secret@x/mcp", "behind a space")] // not-a-secret
    [InlineData("orders=http://x/mcp ORDERS_TOKEN", "Set ORDERS_TOKEN")]
    public void A_malformed_setting_is_refused_with_its_form(string setting, string cure)
    {
        var failure = Assert.Throws<SettingsException>(() => UpstreamSetting.Parse(setting, _ => null));

        Assert.Contains("MCP_UPSTREAM_SERVERS", failure.Message, StringComparison.Ordinal);
        Assert.Contains(cure, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_a_module_has_is_refused()
    {
        await using var worker = await StartAsync();
        var options = new ModuleOptions { Enabled = ["media"], UpstreamServers = ["media=http://127.0.0.1:1/mcp"] };

        var failure = Assert.Throws<SettingsException>(
            () => worker.Services.GetRequiredService<ConfiguredServers>().Of(new ServersOptions(), options));

        Assert.Contains("'media' is taken", failure.Message, StringComparison.Ordinal);
    }

    private static Task<LoggedEntry> PublishedAsync(WorkerApp worker, string server)
    {
        _ = worker.Server;
        return worker.Log.WaitForAsync(
            entry => entry.Event.Name == "server_published" && entry.Message.Contains($" {server} ", StringComparison.Ordinal), Token);
    }

    private Task<WorkerApp> StartAsync(params string[] upstreams) =>
        WorkerApp.StartAsync(postgres, new ModuleOptions { Enabled = ["media"], UpstreamServers = upstreams });

    private sealed class Relay(TaskCompletionSource<ProgressNotificationValue> first) : IProgress<ProgressNotificationValue>
    {
        public void Report(ProgressNotificationValue value) => first.TrySetResult(value);
    }
}
