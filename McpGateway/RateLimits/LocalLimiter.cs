using System.Runtime.InteropServices;

namespace McpGateway.RateLimits;

/// <summary>
/// GCRA in this process's memory: per key one number, the theoretical arrival time (TAT) at which all calls so far
/// would be handed back. The same arithmetic as <see cref="RedisLimiter"/>'s script.
/// </summary>
internal sealed class LocalLimiter(RemainingQuotas quotas, TimeProvider clock)
{
    private const int SweepAbove = 10_000;

    private readonly long _origin = clock.GetTimestamp();
    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _arrivals = new(StringComparer.Ordinal);
    private int _sweepAt = SweepAbove;

    public RateDecision Take(IReadOnlyList<RatePolicy> policies)
    {
        lock (_gate)
        {
            var now = NowMicroseconds();
            if (FindRefusal(policies, now) is not { } refusal)
            {
                return Charge(policies, now);
            }

            foreach (var policy in policies)
            {
                quotas.Note(policy, Arrival(policy, now) - now);
            }

            return refusal;
        }
    }

    /// <summary>Takes out what is charged here, so that it can be charged elsewhere: per policy, how far its calls are ahead of time.</summary>
    public long[] Withdraw(IReadOnlyList<RatePolicy> policies)
    {
        var debts = new long[policies.Count];
        lock (_gate)
        {
            var now = NowMicroseconds();
            for (var i = 0; i < debts.Length; i++)
            {
                debts[i] = _arrivals.Remove(policies[i].Key, out var arrival) ? Math.Max(0, arrival - now) : 0;
            }
        }

        return debts;
    }

    /// <summary>Charges again what <see cref="Withdraw"/> took out.</summary>
    public void Restore(IReadOnlyList<RatePolicy> policies, long[] debts)
    {
        lock (_gate)
        {
            var now = NowMicroseconds();
            for (var i = 0; i < debts.Length; i++)
            {
                if (debts[i] > 0)
                {
                    _arrivals[policies[i].Key] = Arrival(policies[i], now) + debts[i];
                }
            }
        }
    }

    private long NowMicroseconds() => (long)clock.GetElapsedTime(_origin).TotalMicroseconds;

    private RateDecision? FindRefusal(IReadOnlyList<RatePolicy> policies, long now)
    {
        RateDecision? worst = null;
        foreach (var policy in policies)
        {
            var arrival = Arrival(policy, now);
            var wait = arrival + policy.Limit.EmissionMicroseconds - policy.Limit.ToleranceMicroseconds - now;
            if (wait > 0 && wait > (worst?.RetryAfter.TotalMicroseconds ?? 0))
            {
                worst = RateDecision.FromMicroseconds(false, policy, 0, wait, arrival - now);
            }
        }

        return worst;
    }

    private RateDecision Charge(IReadOnlyList<RatePolicy> policies, long now)
    {
        RateDecision? tightest = null;
        foreach (var policy in policies)
        {
            var arrival = Arrival(policy, now) + policy.Limit.EmissionMicroseconds;
            _arrivals[policy.Key] = arrival;
            quotas.Note(policy, arrival - now);
            var remaining = (policy.Limit.ToleranceMicroseconds - (arrival - now)) / policy.Limit.EmissionMicroseconds;
            if (tightest is null || remaining < tightest.Remaining)
            {
                tightest = RateDecision.FromMicroseconds(true, policy, remaining, 0, arrival - now);
            }
        }

        SweepWhenLarge(now);
        return tightest!;
    }

    /// <summary>Never further ahead than a whole burst, so that a lowered limit does not lock anybody out.</summary>
    private long Arrival(RatePolicy policy, long now)
    {
        ref var stored = ref CollectionsMarshal.GetValueRefOrNullRef(_arrivals, policy.Key);
        return System.Runtime.CompilerServices.Unsafe.IsNullRef(ref stored)
            ? now
            : Math.Clamp(stored, now, now + policy.Limit.ToleranceMicroseconds);
    }

    /// <summary>An arrival in the past is the same as none.</summary>
    private void SweepWhenLarge(long now)
    {
        if (_arrivals.Count < _sweepAt)
        {
            return;
        }

        foreach (var (key, arrival) in _arrivals)
        {
            if (arrival <= now)
            {
                _arrivals.Remove(key);
            }
        }

        _sweepAt = Math.Max(SweepAbove, _arrivals.Count * 2);
    }
}
