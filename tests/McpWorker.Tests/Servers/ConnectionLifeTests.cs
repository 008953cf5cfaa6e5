using System.Diagnostics;
using McpWorker.Servers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using ModelContextProtocol;
using ModelContextProtocol.Server;
using ServiceDefaults.Settings.Catalog;
using Testing;

namespace McpWorker.Tests.Servers;

/// <summary>Servers that start, sleep, die and come back, and what callers notice of it.</summary>
public sealed class ConnectionLifeTests(PostgresServer postgres)
{
    private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Requirement", "S-156")]
    public async Task A_call_whose_server_dies_ends_at_once_and_the_next_one_works()
    {
        var servers = new PipedServers(Describe);
        await using var worker = await StartAsync(servers);
        await using var client = await worker.ConnectAsync();
        var call = client.CallAsync("s__wait").AsTask();
        await _entered.Task.WaitAsync(Token);

        var before = Stopwatch.GetTimestamp();
        servers.Opened[0].Die();
        var lost = await call;
        var took = Stopwatch.GetElapsedTime(before);
        var next = await client.CallAsync("s__instance");
        var media = await client.CallAsync("media_list");

        Assert.True(lost.IsError);
        Assert.Contains("'s' ended", lost.TextOf(), StringComparison.Ordinal);
        Assert.Contains("Request id", lost.TextOf(), StringComparison.Ordinal);
        Assert.True(took < TimeSpan.FromSeconds(5), $"{took}");
        Assert.Equal("2", next.TextOf());
        Assert.True(media.IsError is not true);
        await worker.Log.WaitForAsync(entry => entry.Event.Name == "server_away", Token);
    }

    [Fact]
    [Trait("Requirement", "S-141")]
    public async Task A_tool_that_may_be_repeated_is_tried_again_where_the_server_is_now()
    {
        var servers = new PipedServers(Describe);
        await using var worker = await StartAsync(servers);
        await using var client = await worker.ConnectAsync();
        var call = client.CallAsync("s__wait_and_read").AsTask();
        await _entered.Task.WaitAsync(Token);

        _open.SetResult();
        servers.Opened[0].Die();

        Assert.Equal("read by 2", (await call).TextOf());
    }

    [Theory]
    [Trait("Requirement", "S-142")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_server_that_does_not_start_or_answer_leaves_the_others_alone(bool isMute)
    {
        var servers = new PipedServers(Describe) { IsBroken = !isMute, IsMute = isMute };
        await using var worker = await WorkerAsync(servers, PipedServers.Definition("s", """, "start_timeout": 1"""));
        _ = worker.Server;
        var away = await worker.Log.WaitForAsync(entry => entry.Event.Name == "server_away", Token);
        await using var client = await worker.ConnectAsync();

        Assert.Contains(isMute ? "did not answer the handshake within 1 s" : "It is broken. Mend it.", away.Exception!.Message, StringComparison.Ordinal);
        Assert.True((await client.CallAsync("media_list")).IsError is not true);
        Assert.DoesNotContain(await client.ListToolsAsync(cancellationToken: Token), tool => tool.Name.StartsWith("s__", StringComparison.Ordinal));
        var health = await worker.Services.GetRequiredService<Microsoft.Extensions.Diagnostics.HealthChecks.HealthCheckService>()
            .CheckHealthAsync(check => check.Name == "servers", Token);
        Assert.Equal(Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Degraded, health.Status);
        Assert.Contains("Away: s", health.Entries["servers"].Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Garbage_between_messages_is_passed_over()
    {
        var servers = new PipedServers(Describe);
        await using var worker = await StartAsync(servers);
        await using var client = await worker.ConnectAsync();

        await servers.Opened[0].PrintAsync("Listening on everything!\n{ \"jsonrpc\": \n[[[[\n\n");

        Assert.Equal("1", (await client.CallAsync("s__instance")).TextOf());
    }

    [Fact]
    public async Task A_server_nobody_calls_sleeps_and_the_next_call_wakes_it()
    {
        var servers = new PipedServers(Describe);
        await using var worker = await StartAsync(servers, """, "idle_timeout": 1""");
        await worker.Log.WaitForAsync(entry => entry.Event.Name == "server_idle", Token);
        await using var client = await worker.ConnectAsync();

        var listed = await client.ListToolsAsync(cancellationToken: Token);
        var woken = await client.CallAsync("s__instance");

        Assert.Contains(listed, tool => tool.Name == "s__instance");
        Assert.Equal("2", woken.TextOf());
    }

    [Fact]
    public async Task Calls_go_to_the_instance_with_the_least_to_do()
    {
        var servers = new PipedServers(Describe);
        await using var worker = await StartAsync(servers, """, "instances": 2""");
        await Until.TrueAsync(() => worker.Services.GetRequiredService<ServersHost>().Servers[0].Instances.All(each => each.Phase == InstancePhase.Ready));
        await using var client = await worker.ConnectAsync();

        var first = client.CallAsync("s__wait").AsTask();
        await _entered.Task.WaitAsync(Token);
        var second = await client.CallAsync("s__instance");
        _open.SetResult();

        Assert.NotEqual((await first).TextOf(), second.TextOf());
    }

    [Fact]
    public async Task An_exclusive_server_takes_one_call_at_a_time()
    {
        var servers = new PipedServers(Describe);
        await using var worker = await StartAsync(servers, """, "exclusive": true""");
        await using var client = await worker.ConnectAsync();

        var first = client.CallAsync("s__wait").AsTask();
        await _entered.Task.WaitAsync(Token);
        var second = client.CallAsync("s__instance").AsTask();
        await Until.TrueAsync(() => worker.Services.GetRequiredService<ServersHost>().Servers[0].Instances[0].Busy == 2);
        var waited = !second.IsCompleted;
        _open.SetResult();
        await first;

        Assert.True(waited);
        Assert.Equal("1", (await second).TextOf());
    }

    [Fact]
    public async Task A_call_may_take_as_long_as_its_server_is_given()
    {
        var servers = new PipedServers(Describe);
        await using var worker = await StartAsync(servers, """, "timeout": 1""");
        await using var client = await worker.ConnectAsync();

        var late = await client.CallAsync("s__wait");

        Assert.True(late.IsError);
        Assert.Contains("'s' did not answer within 1 s (servers.s.timeout)", late.TextOf(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2026-07-28")]
    [InlineData("2025-11-25")]
    public async Task A_changed_list_reaches_callers_within_a_second(string version)
    {
        var servers = new PipedServers(Describe);
        await using var worker = await StartAsync(servers);
        await using var client = await worker.ConnectAsync(version: version);

        var changed = Stopwatch.GetTimestamp();
        servers.Opened[0].Server.ServerOptions.ToolCollection!.Add(McpServerTool.Create(() => "new", new McpServerToolCreateOptions { Name = "brand_new" }));
        await Until.TrueAsync(async () => (await client.ListToolsAsync(cancellationToken: Token)).Any(tool => tool.Name == "s__brand_new"));

        Assert.True(Stopwatch.GetElapsedTime(changed) < TimeSpan.FromSeconds(5));
        Assert.Equal("new", (await client.CallAsync("s__brand_new")).TextOf());
    }

    [Fact]
    public async Task Errors_of_the_protocol_pass_as_they_are()
    {
        var servers = new PipedServers(Describe);
        await using var worker = await StartAsync(servers);
        await using var client = await worker.ConnectAsync();

        var error = await Assert.ThrowsAsync<McpProtocolException>(async () => await client.CallAsync("s__refuse"));

        Assert.Equal((McpErrorCode)(-32602), error.ErrorCode);
        Assert.Equal("Request failed (remote): No such city.", error.Message);
        Assert.Equal("Rome", error.Data["nearest"]?.ToString());
    }

    [Fact]
    public void A_server_that_fails_again_and_again_is_tried_ever_more_seldom()
    {
        var delay = new RestartDelay();
        var delays = Enumerable.Range(0, 9).Select(_ => delay.Next().TotalSeconds).ToList();
        var said = delay.HasJustBecomeLong;
        delay.LivedFor(TimeSpan.FromMinutes(2));

        Assert.Equal([0.5, 1, 2, 4, 8, 16, 30, 30, 30], delays);
        Assert.False(said);
        Assert.Equal(0.5, delay.Next().TotalSeconds);
    }

    private void Describe(McpServerOptions options, int start)
    {
        options.ToolCollection =
        [
            McpServerTool.Create(() => $"{start}", new McpServerToolCreateOptions { Name = "instance" }),
            McpServerTool.Create(
                async (CancellationToken cancellationToken) =>
                {
                    _entered.TrySetResult();
                    await _open.Task.WaitAsync(cancellationToken);
                    return $"{start}";
                },
                new McpServerToolCreateOptions { Name = "wait" }),
            McpServerTool.Create(
                async (CancellationToken cancellationToken) =>
                {
                    if (start == 1)
                    {
                        _entered.TrySetResult();
                        await Task.Delay(Timeout.Infinite, cancellationToken);
                    }

                    return $"read by {start}";
                },
                new McpServerToolCreateOptions { Name = "wait_and_read", ReadOnly = true }),
            McpServerTool.Create(
                string () => throw new McpProtocolException("No such city.", McpErrorCode.InvalidParams) { Data = { ["nearest"] = "Rome" } },
                new McpServerToolCreateOptions { Name = "refuse" }),
        ];
    }

    private Task<WorkerApp> WorkerAsync(PipedServers servers, string definition) => WorkerApp.StartAsync(
        postgres,
        new ModuleOptions { Enabled = ["media"] },
        services => services.RemoveAll<IServerLinks>().AddSingleton<IServerLinks>(servers).Configure<ServersOptions>(options => options.Servers = definition));

    private async Task<WorkerApp> StartAsync(PipedServers servers, string more = "")
    {
        var worker = await WorkerAsync(servers, PipedServers.Definition("s", more));
        _ = worker.Server;
        await worker.Log.WaitForAsync(entry => entry.Event.Name == "server_published", Token);
        return worker;
    }
}
