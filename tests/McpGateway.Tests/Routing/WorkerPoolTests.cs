using McpGateway.Tests.Fixtures;
using Testing;

namespace McpGateway.Tests.Routing;

public sealed class WorkerPoolTests(PostgresServer postgres, RedisServer redis)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Requirement", "S-021")]
    public async Task A_call_goes_to_the_instance_with_the_least_under_way()
    {
        await using var other = await FakeWorker.StartAsync();
        await using var gateway = await GatewayHost.StartAsync(postgres, redis);
        var finish = new TaskCompletionSource();
        var begun = new SemaphoreSlim(0);
        async Task HoldAsync(Microsoft.AspNetCore.Http.HttpContext context)
        {
            begun.Release();
            await finish.Task;
            await FakeWorker.WriteJsonAsync(context, FakeWorker.Result);
        }

        gateway.Worker.Answer = HoldAsync;
        other.Answer = HoldAsync;
        await gateway.ExecuteAsync($"""
            INSERT INTO gateway.instances (id, service, address, metrics_address, version, state, started_at)
            VALUES ('worker-1', 'worker', '{gateway.Worker.Url}', '', '1.0', 'ready', now()), ('worker-2', 'worker', '{other.Url}', '', '1.0', 'ready', now())
            """);
        using var caller = await gateway.CallerAsync();
        await WaitForTwoAsync(caller);

        var calls = new List<Task<HttpResponseMessage>>();
        for (var i = 0; i < 6; i++)
        {
            calls.Add(caller.CallToolAsync("media_list"));
            await begun.WaitAsync(Token);
        }

        var spread = (gateway.Worker.Calls.Count, other.Calls.Count);
        finish.SetResult();
        foreach (var call in calls)
        {
            (await call).Dispose();
        }

        Assert.Equal((3, 3), spread);
        begun.Dispose();
    }

    private static async Task WaitForTwoAsync(HttpClient caller)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        do
        {
            using var answer = await caller.GetAsync("/api/v1/mcp/status", Token);
            var status = await answer.JsonAsync();
            if (status.GetProperty("workers").GetArrayLength() == 2)
            {
                return;
            }
        }
        while (await timer.WaitForNextTickAsync(Token));
    }
}
