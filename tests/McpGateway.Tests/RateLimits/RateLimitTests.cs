using System.Net;
using McpGateway.Tests.Fixtures;
using Testing;

namespace McpGateway.Tests.RateLimits;

public sealed class RateLimitTests(PostgresServer postgres, RedisServer redis)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Requirement", "S-374")]
    public async Task A_caller_past_its_burst_is_told_when_to_come_back_and_reaches_no_worker()
    {
        await using var gateway = await GatewayHost.StartAsync(
            postgres, redis, new() { ["MCP_RATE_LIMIT_RPM"] = "1", ["MCP_RATE_LIMIT_BURST"] = "2" });
        using var caller = await gateway.CallerAsync(perMinute: null, burst: null);
        using var first = await caller.CallToolAsync("media_list");
        using var second = await caller.CallToolAsync("media_list");

        using var refused = await caller.CallToolAsync("media_list", "3");

        Assert.Equal("\"key\";r=1;t=60", Assert.Single(first.Headers.GetValues("RateLimit")));
        Assert.Equal("\"key\";q=2;w=120", Assert.Single(first.Headers.GetValues("RateLimit-Policy")));
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 50, 60);
        Assert.Equal(3, (await refused.JsonAsync()).GetProperty("id").GetInt32());
        Assert.Equal(2, gateway.Worker.Calls.Count);
    }

    [Fact]
    public async Task One_callers_limit_does_not_slow_another_and_a_keys_own_limit_wins()
    {
        await using var gateway = await GatewayHost.StartAsync(postgres, redis, new() { ["MCP_RATE_LIMIT_BURST"] = "1" });
        using var eager = await gateway.CallerAsync(perMinute: null, burst: null);
        using var quiet = await gateway.CallerAsync(perMinute: null, burst: null);
        using var wide = await gateway.CallerAsync(perMinute: 600, burst: 50);

        Assert.Equal(1, await CountAdmittedAsync(eager, 3));
        Assert.Equal(1, await CountAdmittedAsync(quiet, 3));
        Assert.Equal(20, await CountAdmittedAsync(wide, 20));
    }

    [Fact]
    public async Task Limits_can_be_turned_off_and_health_never_has_one()
    {
        await using var gateway = await GatewayHost.StartAsync(
            postgres, redis, new() { ["MCP_RATE_LIMIT_BURST"] = "1", ["MCP_RATE_LIMIT_ENABLED"] = "false" });
        using var caller = await gateway.CallerAsync(perMinute: null, burst: null);

        Assert.Equal(10, await CountAdmittedAsync(caller, 10));
    }

    [Fact]
    [Trait("Requirement", "S-123")]
    public async Task The_gateway_starts_and_serves_with_Redis_away()
    {
        await using var away = new RedisServer();
        await away.InitializeAsync();
        await away.StopAsync(Token);
        await using var gateway = await GatewayHost.StartAsync(postgres, away, new() { ["MCP_RATE_LIMIT_STORAGE"] = "redis" });
        using var caller = await gateway.CallerAsync();

        Assert.Equal(3, await CountAdmittedAsync(caller, 3));
    }

    [Fact]
    [Trait("Requirement", "S-123")]
    public async Task Without_Redis_calls_pass_and_are_still_limited_and_the_log_says_so_once()
    {
        await using var away = new RedisServer();
        await away.InitializeAsync();
        await using var gateway = await GatewayHost.StartAsync(postgres, away, new()
        {
            ["MCP_RATE_LIMIT_STORAGE"] = "redis", ["MCP_RATE_LIMIT_RPM"] = "1", ["MCP_RATE_LIMIT_BURST"] = "12",
        });
        using var caller = await gateway.CallerAsync(perMinute: null, burst: null);
        await away.StopAsync(Token);

        var admitted = await CountAdmittedAsync(caller, 30);

        Assert.Equal(12, admitted);
        Assert.Single(gateway.Log.Entries, entry => entry.Event.Name == "rate_limit_fallback");
        await away.StartAsync(Token);
        var recovered = gateway.Log.WaitForAsync(entry => entry.Event.Name == "rate_limit_recovered", Token);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (!recovered.IsCompleted && await timer.WaitForNextTickAsync(Token))
        {
            using var _ = await caller.CallToolAsync("media_list");
        }

        await recovered;
    }

    private static async Task<int> CountAdmittedAsync(HttpClient caller, int calls)
    {
        var admitted = 0;
        for (var i = 0; i < calls; i++)
        {
            using var answer = await caller.CallToolAsync("media_list");
            Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.TooManyRequests, $"{answer.StatusCode}");
            admitted += answer.StatusCode == HttpStatusCode.OK ? 1 : 0;
        }

        return admitted;
    }
}
