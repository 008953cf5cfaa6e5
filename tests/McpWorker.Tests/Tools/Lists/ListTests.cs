using System.Text.Json;
using McpWorker.Tests.Protocol;
using McpWorker.Tools;
using McpWorker.Tools.Lists;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ServiceDefaults.Settings.Catalog;
using Testing;

namespace McpWorker.Tests.Tools.Lists;

public sealed class ListTests(PostgresServer postgres)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [Trait("Requirement", "S-155")]
    [InlineData("2025-06-18")]
    [InlineData("2026-07-28")]
    public async Task A_list_from_memory_is_the_list_that_was_made_first_and_each_callers_own(string version)
    {
        await using var worker = await WorkerApp.StartAsync(postgres);
        await using var client = await worker.ConnectAsync(version: version);
        await using var other = await worker.ConnectAsync(WorkerApp.Caller("rita", "tool:media/list:call"), version);

        var first = await client.ListToolsAsync(new ListToolsRequestParams(), Token);
        var remembered = worker.Services.GetRequiredService<RememberedLists>().Bytes;
        var second = await client.ListToolsAsync(new ListToolsRequestParams(), Token);
        var others = await other.ListToolsAsync(new ListToolsRequestParams(), Token);

        Assert.True(remembered > 0);
        Assert.Equal(Text(first), Text(second));
        Assert.Equal("media_list", Assert.Single(others.Tools).Name);
    }

    [Theory]
    [Trait("Requirement", "S-155")]
    [InlineData("2025-11-25")]
    [InlineData("2026-07-28")]
    public async Task Many_tools_come_in_pages_in_an_order_that_stays(string version)
    {
        await using var worker = await WorkerApp.StartAsync(postgres, new ModuleOptions { Enabled = [] });
        await using var client = await worker.ConnectAsync(WorkerApp.Caller("ann", "tool:many/*:*"), version);
        string[] names = [.. Enumerable.Range(0, 2500).Select(number => $"tool_{number:0000}")];
        ListenTests.PublishTools(worker, "many", [.. names.Reverse()]);

        var first = await client.ListToolsAsync(new ListToolsRequestParams(), Token);
        var second = await client.ListToolsAsync(new ListToolsRequestParams { Cursor = first.NextCursor }, Token);
        var third = await client.ListToolsAsync(new ListToolsRequestParams { Cursor = second.NextCursor }, Token);
        var again = await client.ListToolsAsync(new ListToolsRequestParams { Cursor = first.NextCursor }, Token);

        Assert.Equal(names, first.Tools.Concat(second.Tools).Concat(third.Tools).Select(tool => tool.Name));
        Assert.Null(third.NextCursor);
        Assert.Equal(Text(second), Text(again));
    }

    [Theory]
    [InlineData("bm90LW91cnM")]
    [InlineData("not base64")]
    [InlineData("")]
    public async Task A_cursor_that_is_none_of_ours_is_an_invalid_parameter(string cursor)
    {
        await using var worker = await WorkerApp.StartAsync(postgres);
        await using var client = await worker.ConnectAsync();

        foreach (var list in (Func<Task>[])
        [
            async () => await client.ListToolsAsync(new ListToolsRequestParams { Cursor = cursor }, Token),
            async () => await client.ListPromptsAsync(new ListPromptsRequestParams { Cursor = cursor }, Token),
            async () => await client.ListResourcesAsync(new ListResourcesRequestParams { Cursor = cursor }, Token),
            async () => await client.ListResourceTemplatesAsync(new ListResourceTemplatesRequestParams { Cursor = cursor }, Token),
        ])
        {
            Assert.Equal(McpErrorCode.InvalidParams, (await Assert.ThrowsAsync<McpProtocolException>(list)).ErrorCode);
        }
    }

    [Fact]
    public async Task Lists_may_be_kept_for_a_while_by_their_caller_alone_and_change_with_the_catalogue()
    {
        await using var worker = await WorkerApp.StartAsync(postgres, new ModuleOptions { Enabled = ["diagnostics"] });
        await using var client = await worker.ConnectAsync(path: "/mcp/diagnostics");

        var tools = await client.ListToolsAsync(new ListToolsRequestParams(), Token);
        await client.CallAsync("test_trigger_tool_change");
        var changed = await client.ListToolsAsync(new ListToolsRequestParams(), Token);
        ICacheableResult[] lists =
        [
            tools, changed,
            await client.ListPromptsAsync(new ListPromptsRequestParams(), Token),
            await client.ListResourcesAsync(new ListResourcesRequestParams(), Token),
            await client.ListResourceTemplatesAsync(new ListResourceTemplatesRequestParams(), Token),
        ];

        Assert.Equal(tools.Tools.Count + 1, changed.Tools.Count);
        Assert.All(lists, list => Assert.Equal((CacheScope.Private, TimeSpan.FromMinutes(1)), (list.CacheScope!.Value, list.TimeToLive!.Value)));
    }

    [Fact]
    public async Task Nobody_sees_a_list_while_it_is_replaced()
    {
        await using var worker = await WorkerApp.StartAsync(postgres, new ModuleOptions { Enabled = [] });
        await using var client = await worker.ConnectAsync(WorkerApp.Caller("ann", "tool:many/*:*"), "2025-11-25", "/mcp");
        string[] odd = [.. Enumerable.Range(0, 100).Select(number => $"odd_{number}")];
        string[] even = [.. Enumerable.Range(0, 100).Select(number => $"even_{number}")];
        ListenTests.PublishTools(worker, "many", odd);
        using var enough = new CancellationTokenSource();
        var publishing = Task.Run(
            () =>
            {
                for (var turn = 0; !enough.IsCancellationRequested; turn++)
                {
                    ListenTests.PublishTools(worker, "many", turn % 2 == 0 ? even : odd);
                }
            },
            Token);

        for (var attempt = 0; attempt < 100; attempt++)
        {
            var names = (await client.ListToolsAsync(new ListToolsRequestParams(), Token)).Tools.Select(tool => tool.Name).ToHashSet(StringComparer.Ordinal);
            Assert.True(names.SetEquals(odd) || names.SetEquals(even), string.Join(' ', names));
        }

        await enough.CancelAsync();
        await publishing;
    }

    [Fact]
    public async Task What_a_server_publishes_again_unchanged_changes_nothing_for_anybody()
    {
        await using var worker = await WorkerApp.StartAsync(postgres, new ModuleOptions { Enabled = [] });
        await using var client = await worker.ConnectAsync(WorkerApp.Caller("ann", "tool:many/*:*"));
        var lists = worker.Services.GetRequiredService<RememberedLists>();
        var changes = 0;
        ListenTests.PublishTools(worker, "many", "one", "two");
        worker.Services.GetRequiredService<ToolCatalog>().Find(null)!.Changed += (_, _) => changes++;

        await client.ListToolsAsync(new ListToolsRequestParams(), Token);
        var remembered = lists.Bytes;
        ListenTests.PublishTools(worker, "many", "one", "two");
        await client.ListToolsAsync(new ListToolsRequestParams(), Token);

        Assert.Equal((remembered, 0), (lists.Bytes, changes));
    }

    [Fact]
    public void Memory_for_lists_is_bounded()
    {
        var lists = new RememberedLists();
        var tools = Enumerable.Range(0, 500).Select(number => new Tool { Name = $"tool_{number}", Description = new string('x', 4000) }).ToList();

        for (var caller = 0; caller < 100; caller++)
        {
            lists.Remember(new ListKey((1, 1, 1), "tools/list", "2026-07-28", "", $"caller {caller}"), "tools", tools, nextCursor: null);
            Assert.InRange(lists.Bytes, 1, 64 * 1024 * 1024);
        }

        lists.Forget();
        Assert.Equal(0, lists.Bytes);
    }

    private static string Text<T>(T result) => JsonSerializer.Serialize(result, McpJsonUtilities.DefaultOptions);
}
