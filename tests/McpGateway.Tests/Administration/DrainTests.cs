using System.Net;
using McpGateway.Tests.Fixtures;
using Testing;

namespace McpGateway.Tests.Administration;

public sealed class DrainTests(PostgresServer postgres, RedisServer redis)
{
    private const string Path = "/api/v1/mcp/admin/drain";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Requirement", "S-172")]
    public async Task A_draining_gateway_is_alive_not_ready_and_finishes_what_it_has()
    {
        await using var gateway = await GatewayHost.StartAsync(postgres, redis);
        using var admin = await gateway.CallerAsync(user: "ann");
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var mayAnswer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        gateway.Worker.Answer = async context =>
        {
            entered.TrySetResult();
            await mayAnswer.Task;
            await FakeWorker.WriteJsonAsync(context, FakeWorker.Result);
        };
        var running = admin.CallToolAsync("media_list");
        await entered.Task.WaitAsync(TimeSpan.FromSeconds(30), Token);

        var drains = await Task.WhenAll(admin.PostAsync(Path, content: null, Token), admin.PostAsync(Path, content: null, Token));
        using var ready = await admin.GetAsync("/health/ready", Token);
        using var balancer = await admin.GetAsync("/health/ready?degraded=ok", Token);
        using var live = await admin.GetAsync("/health/live", Token);
        mayAnswer.SetResult();
        using var finished = await running;

        Assert.All(drains, drain => Assert.Equal(HttpStatusCode.OK, drain.StatusCode));
        Assert.True((await drains[0].JsonAsync()).GetProperty("draining").GetBoolean());
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Equal("draining", (await ready.JsonAsync()).GetProperty("reason").GetString());
        Assert.Equal(HttpStatusCode.ServiceUnavailable, balancer.StatusCode);
        Assert.Equal(HttpStatusCode.OK, live.StatusCode);
        Assert.Equal(HttpStatusCode.OK, finished.StatusCode);

        using var resumed = await admin.DeleteAsync(Path, Token);
        using var readyAgain = await admin.GetAsync("/health/ready?degraded=ok", Token);

        Assert.False((await resumed.JsonAsync()).GetProperty("draining").GetBoolean());
        Assert.DoesNotContain("draining", await readyAgain.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        const string query = "SELECT string_agg(user_name || ' ' || action || ' ' || result, ',' ORDER BY sequence) FROM gateway.audit_log WHERE event_type = 'instance_drain'";
        const string expected = "ann drain success,ann drain success,ann resume success";
        Assert.Equal(expected, await gateway.WaitForAsync(query, expected));
    }

    [Fact]
    [Trait("Requirement", "S-172")]
    public async Task Others_learn_of_the_drain_from_the_heartbeat()
    {
        await using var gateway = await GatewayHost.StartAsync(postgres, redis);
        using var admin = await gateway.CallerAsync();
        using var drained = await admin.PostAsync(Path, content: null, Token);
        var id = (await drained.JsonAsync()).GetProperty("instance").GetString();

        var state = "";
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (state != "draining" && await timer.WaitForNextTickAsync(Token))
        {
            using var answer = await admin.GetAsync("/api/v1/mcp/status", Token);
            state = (await answer.JsonAsync()).GetProperty("gateways").EnumerateArray()
                .FirstOrDefault(gateway => gateway.GetProperty("id").GetString() == id) is { ValueKind: System.Text.Json.JsonValueKind.Object } own
                ? own.GetProperty("state").GetString() : "";
        }

        Assert.Equal("draining", state);
    }
}
