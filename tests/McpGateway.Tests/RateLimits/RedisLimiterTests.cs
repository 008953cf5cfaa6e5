using McpGateway.RateLimits;
using StackExchange.Redis;
using Testing;

namespace McpGateway.Tests.RateLimits;

public sealed class RedisLimiterTests(RedisServer redis)
{
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(20);

    [Fact]
    [Trait("Requirement", "S-374")]
    public async Task Two_gateways_together_admit_exactly_the_burst()
    {
        using var first = await ConnectionMultiplexer.ConnectAsync(redis.ConnectionString);
        using var second = await ConnectionMultiplexer.ConnectAsync(redis.ConnectionString);
        RedisLimiter[] gateways = [Limiter(first), Limiter(second)];
        var policy = new RatePolicy("key", Guid.NewGuid().ToString(), new RateLimit(1, 100));

        var decisions = await Task.WhenAll(Enumerable.Range(0, 16).Select(caller => Task.Run(async () =>
        {
            var admitted = 0;
            for (var i = 0; i < 50; i++)
            {
                admitted += (await gateways[caller % 2].TakeAsync([policy])).IsAllowed ? 1 : 0;
            }

            return admitted;
        })));

        Assert.Equal(100, decisions.Sum());
    }

    [Fact]
    public async Task A_refusal_names_its_policy_and_charges_none()
    {
        using var connection = await ConnectionMultiplexer.ConnectAsync(redis.ConnectionString);
        var limiter = Limiter(connection);
        var wide = new RatePolicy("wide", Guid.NewGuid().ToString(), new RateLimit(1, 10));
        var narrow = new RatePolicy("narrow", Guid.NewGuid().ToString(), new RateLimit(1, 1));
        Assert.True((await limiter.TakeAsync([wide, narrow])).IsAllowed);

        var refused = await limiter.TakeAsync([wide, narrow]);
        var next = await limiter.TakeAsync([wide]);

        Assert.Equal((false, "narrow"), (refused.IsAllowed, refused.Policy.Name));
        Assert.InRange(refused.RetryAfter.TotalSeconds, 50, 60);
        Assert.Equal(8, next.Remaining);
    }

    [Fact]
    [Trait("Requirement", "S-123")]
    public async Task What_was_admitted_without_Redis_counts_once_it_is_back()
    {
        using var connection = await ConnectionMultiplexer.ConnectAsync(redis.ConnectionString);
        var limiter = Limiter(connection);
        var local = new LocalLimiter(new RemainingQuotas(TimeProvider.System), TimeProvider.System);
        var policy = new RatePolicy("key", Guid.NewGuid().ToString(), new RateLimit(1, 10));
        for (var i = 0; i < 8; i++)
        {
            Assert.True(local.Take([policy]).IsAllowed);
        }

        var first = await limiter.TakeAsync([policy], local.Withdraw([policy]));
        var second = await limiter.TakeAsync([policy], local.Withdraw([policy]));
        var third = await limiter.TakeAsync([policy], local.Withdraw([policy]));

        Assert.Equal((true, 1L), (first.IsAllowed, first.Remaining));
        Assert.True(second.IsAllowed);
        Assert.False(third.IsAllowed);
    }

    [Fact]
    public async Task A_refused_call_does_not_wipe_out_what_was_admitted_without_Redis()
    {
        using var connection = await ConnectionMultiplexer.ConnectAsync(redis.ConnectionString);
        var limiter = Limiter(connection);
        var policy = new RatePolicy("key", Guid.NewGuid().ToString(), new RateLimit(1, 2));

        var refused = await limiter.TakeAsync([policy], [policy.Limit.ToleranceMicroseconds]);
        var next = await limiter.TakeAsync([policy]);

        Assert.False(refused.IsAllowed);
        Assert.False(next.IsAllowed);
    }

    private static RedisLimiter Limiter(IConnectionMultiplexer connection) => new(connection, new RemainingQuotas(TimeProvider.System), Budget);
}
