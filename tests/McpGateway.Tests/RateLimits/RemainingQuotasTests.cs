using McpGateway.RateLimits;
using McpGateway.Tests.Fixtures;
using Testing;

namespace McpGateway.Tests.RateLimits;

public sealed class RemainingQuotasTests(PostgresServer postgres, RedisServer redis)
{
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    [Trait("Requirement", "S-198")]
    public void It_drops_by_one_a_call_and_refills_with_time()
    {
        var quotas = new RemainingQuotas(_clock);
        var limiter = new LocalLimiter(quotas, _clock);
        RatePolicy[] policies = [Policy("ann", perMinute: 60, burst: 10)];

        var seen = new List<long>();
        for (var i = 0; i < 3; i++)
        {
            limiter.Take(policies);
            seen.Add(Assert.Single(quotas.Least()).Remaining);
        }

        _clock.Advance(TimeSpan.FromSeconds(1));
        seen.Add(Assert.Single(quotas.Least()).Remaining);
        _clock.Advance(TimeSpan.FromSeconds(60));
        seen.Add(Assert.Single(quotas.Least()).Remaining);

        Assert.Equal([9, 8, 7, 8, 10], seen);
    }

    [Fact]
    [Trait("Requirement", "S-198")]
    public void The_caller_nearest_its_limit_counts_and_each_policy_for_itself()
    {
        var quotas = new RemainingQuotas(_clock);
        var limiter = new LocalLimiter(quotas, _clock);
        limiter.Take([Policy("ann", 60, 10), new RatePolicy("global", "global", new RateLimit(600, 100))]);
        for (var i = 0; i < 12; i++)
        {
            limiter.Take([Policy("bob", 60, 10)]);
        }

        Assert.Equal([("key", 0L), ("global", 99L)], quotas.Least());
    }

    [Fact]
    [Trait("Requirement", "S-198")]
    public void Ten_thousand_callers_do_not_hide_the_one_nearest_its_limit_and_the_old_are_forgotten()
    {
        var quotas = new RemainingQuotas(_clock);
        var limiter = new LocalLimiter(quotas, _clock);
        for (var i = 0; i < 5; i++)
        {
            limiter.Take([Policy("near", 1, 6)]);
        }

        for (var i = 0; i < 10_000; i++)
        {
            limiter.Take([Policy($"caller-{i}", 60, 10)]);
        }

        Assert.Equal(("key", 1L), Assert.Single(quotas.Least()));
        _clock.Advance(TimeSpan.FromMinutes(11));
        Assert.Empty(quotas.Least());
    }

    [Theory]
    [Trait("Requirement", "S-198")]
    [InlineData("memory")]
    [InlineData("redis")]
    public async Task The_gauge_follows_the_calls_wherever_they_are_counted(string storage)
    {
        await using var gateway = await GatewayHost.StartAsync(postgres, redis, new()
        {
            ["MCP_RATE_LIMIT_STORAGE"] = storage, ["MCP_RATE_LIMIT_RPM"] = "1", ["MCP_RATE_LIMIT_BURST"] = "50",
            ["MCP_RATE_LIMIT_GLOBAL_RPM"] = "1", ["MCP_RATE_LIMIT_GLOBAL_BURST"] = "40",
        });
        using var metrics = new RecordedMetrics(gateway.Services);
        using var caller = await gateway.CallerAsync(perMinute: null, burst: null);

        for (var i = 0; i < 3; i++)
        {
            using var answer = await caller.CallToolAsync("media_list");
        }

        Assert.Contains("policy=key 47", metrics.Gauge("api_quota_remaining"));
        Assert.Equal(2, metrics.Gauge("api_quota_remaining").Count);
    }

    [Fact]
    public async Task The_breaker_of_the_limits_is_told()
    {
        await using var away = new RedisServer();
        await away.InitializeAsync();
        await using var gateway = await GatewayHost.StartAsync(postgres, away, new() { ["MCP_RATE_LIMIT_STORAGE"] = "redis" });
        using var metrics = new RecordedMetrics(gateway.Services);
        using var caller = await gateway.CallerAsync();
        using (await caller.CallToolAsync("media_list"))
        {
            Assert.Equal(["circuit=redis_limits 0"], metrics.Gauge("mcp_circuit_state"));
        }

        await away.PauseAsync();
        for (var i = 0; i < 6; i++)
        {
            using var answer = await caller.CallToolAsync("media_list");
        }

        Assert.Equal(["circuit=redis_limits 1"], metrics.Gauge("mcp_circuit_state"));
        Assert.Equal(["1"], metrics.Gauge("mcp_rate_limit_fallback"));
        await away.ResumeAsync();
    }

    private static RatePolicy Policy(string caller, int perMinute, int burst) => new("key", caller, new RateLimit(perMinute, burst));
}
