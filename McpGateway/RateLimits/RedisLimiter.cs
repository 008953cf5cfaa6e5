using ServiceDefaults.Resilience;
using ServiceDefaults.Telemetry.Tracing;
using StackExchange.Redis;

namespace McpGateway.RateLimits;

/// <summary>GCRA in Redis, shared by all gateways: one script decides all policies of a call by Redis's own clock.</summary>
internal sealed class RedisLimiter(IConnectionMultiplexer redis, RemainingQuotas quotas, TimeSpan budget)
{
    // KEYS: one per policy. ARGV: per policy its emission interval, its tolerance and what to charge
    // beside the call, in microseconds; the latter is charged even when the call is refused.
    // Answers {allowed, policy (from 1), remaining, retry after, then per policy full after}; when one refuses, none is charged.
    private const string Script = """
        local t = redis.call('TIME')
        local now = t[1] * 1000000 + t[2]
        local arrivals, worst, wait = {}, 0, 0
        for i = 1, #KEYS do
          local emission, tolerance = tonumber(ARGV[3 * i - 2]), tonumber(ARGV[3 * i - 1])
          local arrival = tonumber(redis.call('GET', KEYS[i]) or now)
          if arrival < now then arrival = now end
          local debt = tonumber(ARGV[3 * i])
          arrival = arrival + debt
          if arrival > now + tolerance then arrival = now + tolerance end
          arrivals[i] = arrival
          if debt > 0 then redis.call('SET', KEYS[i], string.format('%.0f', arrival), 'PX', math.ceil((arrival - now) / 1000) + 1) end
          local over = arrival + emission - tolerance - now
          if over > wait then worst, wait = i, over end
        end
        if worst > 0 then
          local refused = {0, worst, 0, wait}
          for i = 1, #KEYS do refused[4 + i] = arrivals[i] - now end
          return refused
        end
        local admitted = {1, 1, math.huge, 0}
        for i = 1, #KEYS do
          local emission, tolerance = tonumber(ARGV[3 * i - 2]), tonumber(ARGV[3 * i - 1])
          arrivals[i] = arrivals[i] + emission
          redis.call('SET', KEYS[i], string.format('%.0f', arrivals[i]), 'PX', math.ceil((arrivals[i] - now) / 1000) + 1)
          local remaining = math.floor((tolerance - (arrivals[i] - now)) / emission)
          if remaining < admitted[3] then admitted[2], admitted[3] = i, remaining end
          admitted[4 + i] = arrivals[i] - now
        end
        return admitted
        """;

    private const string KeyPrefix = "mcp:limit:";

    /// <summary>Where the answer's values per policy begin.</summary>
    private const int PerPolicy = 4;

    /// <exception cref="TimeoutException">Redis took longer than the budget.</exception>
    /// <exception cref="RedisException">Redis is away or refused the script.</exception>
    /// <param name="debts">Per policy, what was admitted elsewhere and counts too, in microseconds; null: nothing.</param>
    public async ValueTask<RateDecision> TakeAsync(IReadOnlyList<RatePolicy> policies, long[]? debts = null)
    {
        var keys = new RedisKey[policies.Count];
        var arguments = new RedisValue[policies.Count * 3];
        for (var i = 0; i < policies.Count; i++)
        {
            keys[i] = KeyPrefix + policies[i].Key;
            arguments[3 * i] = policies[i].Limit.EmissionMicroseconds;
            arguments[(3 * i) + 1] = policies[i].Limit.ToleranceMicroseconds;
            arguments[(3 * i) + 2] = debts?[i] ?? 0;
        }

        var answer = (RedisResult[])(await RedisSpans.RunAsync(
            "EVALSHA", () => redis.GetDatabase().ScriptEvaluateAsync(Script, keys, arguments).WaitAsync(budget)))!;
        for (var i = 0; i < policies.Count; i++)
        {
            quotas.Note(policies[i], (long)answer[PerPolicy + i]);
        }

        var decisive = (int)answer[1] - 1;
        return RateDecision.FromMicroseconds(
            (int)answer[0] == 1, policies[decisive], (long)answer[2], (long)answer[3], (long)answer[PerPolicy + decisive]);
    }

    /// <summary>Whether Redis answers within the budget.</summary>
    public async Task<bool> AnswersAsync()
    {
        try
        {
            await redis.GetDatabase().PingAsync().WaitAsync(budget);
            return true;
        }
        catch (Exception exception) when (RedisBreaker.IsOutage(exception))
        {
            return false;
        }
    }
}
