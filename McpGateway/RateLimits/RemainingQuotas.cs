using System.Runtime.InteropServices;

namespace McpGateway.RateLimits;

/// <summary>
/// What is left to the caller nearest its limit, per policy, among those seen in the last ten minutes. Kept as the time at
/// which a caller's burst is whole again, so that what is left grows with the clock and nobody has to ask the store.
/// </summary>
internal sealed class RemainingQuotas(TimeProvider clock)
{
    /// <summary>Callers remembered per policy; when there are more, the half furthest from its limit is forgotten.</summary>
    public const int Capacity = 2048;

    private static readonly TimeSpan Recently = TimeSpan.FromMinutes(10);

    private readonly long _origin = clock.GetTimestamp();
    private readonly Dictionary<string, Watch> _policies = new(StringComparer.Ordinal);

    /// <summary>Notes where a caller stands after a call.</summary>
    /// <param name="fullAfter">Microseconds until its whole burst is there again.</param>
    public void Note(RatePolicy policy, long fullAfter)
    {
        var now = Now();
        var standing = new Standing(now + Math.Max(0, fullAfter), policy.Limit.EmissionMicroseconds, policy.Limit.Burst, now);
        WatchOf(policy.Name).Note(policy.Key, standing, now);
    }

    /// <summary>Calls left, per policy that was used recently.</summary>
    public IReadOnlyList<(string Policy, long Remaining)> Least()
    {
        var now = Now();
        var least = new List<(string, long)>();
        foreach (var (name, watch) in Watches())
        {
            if (watch.Least(now, now - (long)Recently.TotalMicroseconds) is { } remaining)
            {
                least.Add((name, remaining));
            }
        }

        return least;
    }

    private long Now() => (long)clock.GetElapsedTime(_origin).TotalMicroseconds;

    private Watch WatchOf(string policy)
    {
        lock (_policies)
        {
            ref var watch = ref CollectionsMarshal.GetValueRefOrAddDefault(_policies, policy, out _);
            return watch ??= new Watch();
        }
    }

    private KeyValuePair<string, Watch>[] Watches()
    {
        lock (_policies)
        {
            return [.. _policies];
        }
    }

    /// <param name="FullAt">When its whole burst is there again.</param>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Standing(long FullAt, long Emission, int Burst, long SeenAt)
    {
        public long Remaining(long now) => Math.Max(0, Burst - ((Math.Max(0, FullAt - now) + Emission - 1) / Emission));
    }

    /// <summary>The callers of one policy.</summary>
    private sealed class Watch
    {
        private readonly Dictionary<string, Standing> _callers = new(StringComparer.Ordinal);

        public void Note(string caller, Standing standing, long now)
        {
            lock (_callers)
            {
                if (_callers.Count >= Capacity && !_callers.ContainsKey(caller))
                {
                    ForgetHalf(now);
                }

                _callers[caller] = standing;
            }
        }

        public long? Least(long now, long since)
        {
            lock (_callers)
            {
                long? least = null;
                foreach (var (caller, standing) in _callers)
                {
                    if (standing.SeenAt < since)
                    {
                        _callers.Remove(caller);
                    }
                    else if (standing.Remaining(now) is var remaining && !(remaining >= least))
                    {
                        least = remaining;
                    }
                }

                return least;
            }
        }

        private void ForgetHalf(long now)
        {
            foreach (var (caller, _) in _callers.OrderByDescending(entry => entry.Value.Remaining(now)).Take(Capacity / 2).ToList())
            {
                _callers.Remove(caller);
            }
        }
    }
}
