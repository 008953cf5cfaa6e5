using ServiceDefaults;
using ServiceDefaults.Instances;
using ServiceDefaults.Resilience;

namespace McpGateway.RateLimits;

/// <summary>
/// Counts calls in Redis. While Redis is away each gateway counts alone, at its share of the limit: calls are neither
/// refused for that reason nor unlimited (S-123).
/// </summary>
internal sealed partial class RateLimiter(
    RedisLimiter redis,
    LocalLimiter local,
    RedisBreaker breaker,
    InstanceDirectory instances,
    ILogger<RateLimiter> logger)
{
    public async ValueTask<RateDecision> TakeAsync(IReadOnlyList<RatePolicy> policies)
    {
        if (breaker.IsOpen)
        {
            if (breaker.TryBeginProbe())
            {
                _ = ProbeAsync();
            }

            return TakeLocally(policies);
        }

        // What was admitted without Redis counts on its return: nobody has a second burst.
        var debts = local.Withdraw(policies);
        try
        {
            var gateways = Math.Max(1, instances.Of(ResourceNames.Gateway).Count());
            var decision = await redis.TakeAsync(policies, [.. debts.Select(debt => debt / gateways)]);
            breaker.Succeeded();
            return decision;
        }
        catch (Exception exception) when (RedisBreaker.IsOutage(exception))
        {
            if (breaker.Failed())
            {
                LogFallback(exception.Message);
            }

            local.Restore(policies, debts);
            return TakeLocally(policies);
        }
    }

    private RateDecision TakeLocally(IReadOnlyList<RatePolicy> policies)
    {
        var gateways = instances.Of(ResourceNames.Gateway).Count();
        return local.Take(gateways <= 1 ? policies : [.. policies.Select(policy => policy with { Limit = policy.Limit.DividedBy(gateways) })]);
    }

    /// <summary>Beside the call that found it due: no call waits for a Redis that may still be away.</summary>
    private async Task ProbeAsync()
    {
        if (await redis.AnswersAsync() && breaker.Succeeded())
        {
            LogRecovered();
        }
    }

    [LoggerMessage(LogLevel.Warning, "Redis does not answer ({Reason}); limits are counted by each gateway alone until it does", EventName = "rate_limit_fallback")]
    private partial void LogFallback(string reason);

    [LoggerMessage(LogLevel.Information, "Redis answers again; limits are shared by all gateways", EventName = "rate_limit_recovered")]
    private partial void LogRecovered();
}
