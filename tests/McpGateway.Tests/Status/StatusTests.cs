using System.Net;
using McpGateway.Tests.Fixtures;
using ServiceDefaults;
using Testing;

namespace McpGateway.Tests.Status;

public sealed class StatusTests(PostgresServer postgres, RedisServer redis)
{
    private const string Path = "/api/v1/mcp/status";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Requirement", "S-057")]
    public async Task Strangers_learn_state_and_version_and_no_more()
    {
        await using var gateway = await GatewayHost.StartAsync(postgres, redis);
        using var stranger = gateway.CreateClient();

        using var answer = await stranger.GetAsync(Path, Token);
        var status = await answer.JsonAsync();

        Assert.Equal(ProductVersion.Current, status.GetProperty("version").GetString());
        Assert.Equal(2, status.EnumerateObject().Count());
    }

    [Fact]
    [Trait("Requirement", "S-021")]
    [Trait("Requirement", "S-030")]
    public async Task A_caller_sees_the_instances_that_report_themselves_and_the_heap_limit()
    {
        await using var gateway = await GatewayHost.StartAsync(postgres, redis);
        await gateway.ExecuteAsync("""
            INSERT INTO gateway.instances (id, service, address, metrics_address, version, state, started_at)
            VALUES ('worker-1', 'worker', 'http://127.0.0.1:1', '', '1.0', 'ready', now()), ('worker-2', 'worker', 'http://127.0.0.1:2', '', '1.0', 'ready', now())
            """);
        using var caller = await gateway.CallerAsync();

        var status = await WaitForWorkersAsync(caller, 2);

        Assert.Equal(["worker-1", "worker-2"], status.GetProperty("workers").EnumerateArray().Select(worker => worker.GetProperty("id").GetString()));
        Assert.True(status.GetProperty("memory").GetProperty("gc_heap_limit_bytes").GetInt64() > 0);
        Assert.True(status.GetProperty("uptime_seconds").GetDouble() >= 0);
    }

    [Fact]
    [Trait("Requirement", "S-160")]
    [Trait("Requirement", "S-319")]
    public async Task A_caller_sees_what_the_gateway_uses()
    {
        await using var gateway = await GatewayHost.StartAsync(postgres, redis);
        using var caller = await gateway.CallerAsync();

        using var answer = await caller.GetAsync(Path, Token);
        var status = await answer.JsonAsync();

        var resources = status.GetProperty("resources");
        Assert.InRange(resources.GetProperty("cpu_percent").GetDouble(), 0, 100);
        Assert.InRange(resources.GetProperty("memory_percent").GetDouble(), 0.01, 100);
        Assert.InRange(resources.GetProperty("disk_usage").GetDouble(), 0.01, 100);
        Assert.InRange(resources.GetProperty("network_connections").GetInt32(), 1, 100_000);
        Assert.InRange(resources.GetProperty("thread_count").GetInt32(), 2, 10_000);
        Assert.Equal(0, status.GetProperty("connections").GetProperty("active").GetInt32());
        Assert.Equal(0, status.GetProperty("connections").GetProperty("web_sockets").GetInt32());
    }

    [Fact]
    public async Task A_wrong_credential_is_refused_even_where_none_is_needed()
    {
        await using var gateway = await GatewayHost.StartAsync(postgres, redis);
        using var client = gateway.CreateClient();
        client.DefaultRequestHeaders.Add("X-API-Key", "mcpk_live_wrong");

        using var answer = await client.GetAsync(Path, Token);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    private static async Task<System.Text.Json.JsonElement> WaitForWorkersAsync(HttpClient caller, int count)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (true)
        {
            using var answer = await caller.GetAsync(Path, Token);
            var status = await answer.JsonAsync();
            if (status.GetProperty("workers").EnumerateArray().Count(worker => worker.GetProperty("state").GetString() == "ready") == count)
            {
                return status;
            }

            await timer.WaitForNextTickAsync(Token);
        }
    }
}
