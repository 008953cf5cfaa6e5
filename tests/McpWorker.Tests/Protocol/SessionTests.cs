using System.Net;
using System.Text.Json.Nodes;
using McpModules;
using McpWorker.Tools;
using Microsoft.Extensions.DependencyInjection;
using ServiceDefaults.Settings.Catalog;
using Testing;

namespace McpWorker.Tests.Protocol;

public sealed class SessionTests(PostgresServer postgres)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Requirement", "S-006")]
    public async Task A_session_is_its_owners_alone()
    {
        await using var worker = await StartAsync();
        using var ann = worker.GatewayClient(WorkerApp.Caller("ann", "*"));
        using var bob = worker.GatewayClient(WorkerApp.Caller("bob", "*"));
        var session = await LegacySession.OpenAsync(ann);

        using var called = await session.CallAsync("test_simple_text", by: bob);
        using var deleted = await session.DeleteAsync(by: bob);
        using var own = await session.CallAsync("test_simple_text");

        Assert.Equal(HttpStatusCode.Forbidden, called.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, deleted.StatusCode);
        Assert.Equal(HttpStatusCode.OK, own.StatusCode);
    }

    [Fact]
    public async Task A_session_that_ended_or_never_was_is_not_found()
    {
        await using var worker = await StartAsync();
        using var ann = worker.GatewayClient(WorkerApp.Admin);
        var session = await LegacySession.OpenAsync(ann);

        using var deleted = await session.DeleteAsync();
        using var called = await session.CallAsync("test_simple_text");

        Assert.Equal(HttpStatusCode.OK, deleted.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, called.StatusCode);
        Assert.Equal(7, (int?)JsonNode.Parse(await called.Content.ReadAsStringAsync(Token))!["id"]);
    }

    [Fact]
    [Trait("Requirement", "S-071")]
    public async Task Each_request_of_a_session_has_the_permissions_its_caller_has_then()
    {
        await using var worker = await StartAsync();
        IReadOnlyList<string> granted = ["tool:diagnostics/test_simple_text:call"];
        using var client = worker.GatewayClient(WorkerApp.Admin, call => call with { Caller = call.Caller with { Permissions = granted } });
        var session = await LegacySession.OpenAsync(client);

        var before = await session.ResultAsync("tools/list", []);
        using var forbidden = await session.CallAsync("test_image_content");
        granted = ["tool:diagnostics/*:*"];
        var after = await session.ResultAsync("tools/list", []);
        using var allowed = await session.CallAsync("test_image_content");

        Assert.Equal("test_simple_text", (string?)Assert.Single(before["result"]!["tools"]!.AsArray())!["name"]);
        Assert.Equal(HttpStatusCode.Forbidden, forbidden.StatusCode);
        Assert.True(after["result"]!["tools"]!.AsArray().Count > 20);
        Assert.Equal(HttpStatusCode.OK, allowed.StatusCode);
    }

    [Theory]
    [Trait("Requirement", "S-006")]
    [InlineData("GET")]
    [InlineData("DELETE")]
    public async Task A_token_signed_for_a_message_opens_no_stream_and_ends_no_session(string method)
    {
        await using var worker = await StartAsync();
        using var client = worker.GatewayClient(WorkerApp.Admin);
        var session = await LegacySession.OpenAsync(client);
        using var thief = worker.GatewayClient(WorkerApp.Admin, call => call with { Method = "tools/list" });
        using var request = new HttpRequestMessage(new HttpMethod(method), "/mcp/diagnostics");
        request.Headers.Add(LegacySession.Header, session.Id);

        using var answer = await thief.SendAsync(request, Token);
        using var call = await session.CallAsync("test_simple_text");

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal(HttpStatusCode.OK, call.StatusCode);
    }

    [Fact]
    public async Task A_session_hears_of_changes_and_of_resources_it_subscribed_to_and_sees_the_newest_lists()
    {
        await using var worker = await StartAsync();
        using var client = worker.GatewayClient(WorkerApp.Admin);
        var session = await LegacySession.OpenAsync(client);
        await using var stream = await session.StreamAsync();

        var subscribed = await session.ResultAsync("resources/subscribe", new JsonObject { ["uri"] = "test://watched-resource" });
        var refused = await session.ResultAsync("resources/subscribe", new JsonObject { ["uri"] = "test://no-such" });
        worker.Services.GetRequiredService<IResourceUpdates>().Publish("diagnostics", "test://watched-resource");
        var updated = await stream.NextAsync(Token);
        using (await session.CallAsync("test_trigger_tool_change"))
        {
        }

        var changed = await stream.NextAsync(Token);
        var tools = await session.ResultAsync("tools/list", []);
        await session.ResultAsync("resources/unsubscribe", new JsonObject { ["uri"] = "test://watched-resource" });
        worker.Services.GetRequiredService<IResourceUpdates>().Publish("diagnostics", "test://watched-resource");
        using (await session.CallAsync("test_trigger_prompt_change"))
        {
        }

        var next = await stream.NextAsync(Token);

        Assert.Null(subscribed["error"]);
        Assert.Equal(-32002, (int?)refused["error"]!["code"]);
        Assert.Equal(("notifications/resources/updated", "test://watched-resource"), ((string?)updated!["method"], (string?)updated["params"]!["uri"]));
        Assert.Equal("notifications/tools/list_changed", (string?)changed!["method"]);
        Assert.Contains(tools["result"]!["tools"]!.AsArray(), tool => (string?)tool!["name"] == "test_added_tool");
        Assert.Equal("notifications/prompts/list_changed", (string?)next!["method"]);
    }

    [Fact]
    public async Task A_session_nobody_uses_ends_and_leaves_nothing_subscribed()
    {
        var clock = new ManualTimeProvider();
        await using var worker = await StartAsync(clock);
        using var client = worker.GatewayClient(WorkerApp.Admin);
        var session = await LegacySession.OpenAsync(client);
        var endpoint = worker.Services.GetRequiredService<ToolCatalog>().Find("diagnostics")!;
        var subscribed = ListenTests.Subscribers(endpoint);

        await Until.EqualAsync(0, () => After(clock, seconds: 61, () => ListenTests.Subscribers(endpoint)));
        using var call = await session.CallAsync("test_simple_text");

        Assert.Equal(3, subscribed);
        Assert.Equal(HttpStatusCode.NotFound, call.StatusCode);
    }

    [Fact]
    public async Task Of_idle_sessions_only_so_many_are_kept_and_the_longest_idle_go_first()
    {
        var clock = new ManualTimeProvider();
        await using var worker = await StartAsync(clock, ("MCP_SESSION_MAX_IDLE", "1"), ("MCP_SESSION_IDLE_TIMEOUT", "86400"));
        using var client = worker.GatewayClient(WorkerApp.Admin);
        var first = await LegacySession.OpenAsync(client);
        clock.Advance(TimeSpan.FromSeconds(1));
        var second = await LegacySession.OpenAsync(client);
        var endpoint = worker.Services.GetRequiredService<ToolCatalog>().Find("diagnostics")!;

        await Until.EqualAsync(3, () => After(clock, seconds: 6, () => ListenTests.Subscribers(endpoint)));
        using var gone = await first.CallAsync("test_simple_text");
        using var kept = await second.CallAsync("test_simple_text");

        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
        Assert.Equal(HttpStatusCode.OK, kept.StatusCode);
    }

    [Fact]
    public async Task A_cancelled_notification_stops_the_call_it_names()
    {
        await using var worker = await StartAsync();
        using var client = worker.GatewayClient(WorkerApp.Admin);
        var session = await LegacySession.OpenAsync(client);

        using var call = await session.CallAsync("test_wait");
        await worker.Log.WaitForAsync(entry => entry.Event.Name == "tool_execution_started", Token);
        using var cancelled = await session.PostAsync("""{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":7}}""");
        await worker.Log.WaitForAsync(entry => entry.Event.Name == "tool_execution_failed", Token);

        Assert.Equal(HttpStatusCode.Accepted, cancelled.StatusCode);
    }

    /// <summary>A request that was answered is still on its way out of the worker for a moment, so the clock moves more than once.</summary>
    private static int After(ManualTimeProvider clock, int seconds, Func<int> count)
    {
        clock.Advance(TimeSpan.FromSeconds(seconds));
        return count();
    }

    private Task<WorkerApp> StartAsync(ManualTimeProvider? clock = null, params (string Key, string Value)[] settings)
    {
        var all = new Dictionary<string, string?>(StringComparer.Ordinal) { ["MCP_SESSION_IDLE_TIMEOUT"] = "60" };
        foreach (var (key, value) in settings)
        {
            all[key] = value;
        }

        return WorkerApp.StartAsync(
            postgres,
            new ModuleOptions { Enabled = ["diagnostics"] },
            services =>
            {
                if (clock is not null)
                {
                    services.AddSingleton<TimeProvider>(clock);
                }
            },
            all);
    }
}
