using McpGateway.RateLimits;
using Testing;

namespace McpGateway.Tests.RateLimits;

public sealed class LocalLimiterTests
{
    private readonly ManualTimeProvider _clock = new();
    private readonly LocalLimiter _limiter;

    public LocalLimiterTests() => _limiter = new LocalLimiter(new RemainingQuotas(_clock), _clock);

    [Fact]
    public void A_rested_caller_has_its_burst_and_then_one_call_a_second()
    {
        var policy = Policy(60, 100);

        var burst = Enumerable.Range(0, 150).Count(_ => _limiter.Take([policy]).IsAllowed);
        var sustained = 0;
        for (var second = 0; second < 60; second++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            sustained += Enumerable.Range(0, 5).Count(_ => _limiter.Take([policy]).IsAllowed);
        }

        Assert.Equal(100, burst);
        Assert.Equal(60, sustained);
    }

    [Fact]
    public void Who_waits_as_told_passes()
    {
        var policy = Policy(7, 3);
        for (var i = 0; i < 200; i++)
        {
            var decision = _limiter.Take([policy]);
            if (!decision.IsAllowed)
            {
                _clock.Advance(decision.RetryAfter);
                Assert.True(_limiter.Take([policy]).IsAllowed);
            }
        }
    }

    [Fact]
    public void A_refusal_by_one_policy_is_charged_to_none()
    {
        var wide = Policy(60, 10, "wide");
        var narrow = Policy(60, 1, "narrow");
        Assert.True(_limiter.Take([wide, narrow]).IsAllowed);

        for (var i = 0; i < 20; i++)
        {
            Assert.Equal("narrow", _limiter.Take([wide, narrow]).Policy.Name);
        }

        Assert.Equal(8, _limiter.Take([wide]).Remaining);
    }

    [Fact]
    public void A_lowered_limit_locks_nobody_out()
    {
        for (var i = 0; i < 1_000; i++)
        {
            _limiter.Take([Policy(60, 1_000)]);
        }

        var refused = _limiter.Take([Policy(60, 10)]);

        Assert.False(refused.IsAllowed);
        Assert.Equal(TimeSpan.FromSeconds(1), refused.RetryAfter);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void No_interval_ever_admits_more_than_burst_and_rate(int seed)
    {
        var random = new Random(seed);
        var limit = new RateLimit(random.Next(1, 2_000), random.Next(1, 50));
        var admitted = new List<DateTimeOffset>();
        var tokens = (double)limit.Burst;
        var emission = TimeSpan.FromMicroseconds(limit.EmissionMicroseconds);
        for (var i = 0; i < 5_000; i++)
        {
            var step = TimeSpan.FromMicroseconds(random.Next(0, 300_000));
            _clock.Advance(step);
            tokens = Math.Min(limit.Burst, tokens + (step / emission));

            // The oracle is a bucket that counts in fractions; where it is within rounding of a whole call, both are right.
            var isSure = Math.Abs(tokens - 1) > 1e-3;
            var isAllowed = _limiter.Take([new RatePolicy("key", "k", limit)]).IsAllowed;
            if (isSure)
            {
                Assert.Equal(tokens >= 1, isAllowed);
            }

            if (isAllowed)
            {
                tokens -= 1;
                admitted.Add(_clock.GetUtcNow());
            }
        }

        for (var first = 0; first < admitted.Count; first += 37)
        {
            for (var last = first; last < admitted.Count; last += 11)
            {
                Assert.True(last - first + 1 <= limit.Burst + ((admitted[last] - admitted[first]) / emission) + 1e-3);
            }
        }
    }

    private static RatePolicy Policy(int perMinute, int burst, string name = "key") => new(name, name, new RateLimit(perMinute, burst));
}
