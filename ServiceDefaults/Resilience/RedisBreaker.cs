using StackExchange.Redis;

namespace ServiceDefaults.Resilience;

/// <summary>
/// Keeps calls away from a Redis that does not answer: five failures in a row open it, then a probe a second (with
/// jitter, so that instances do not knock together) until one succeeds.
/// </summary>
public sealed class RedisBreaker(TimeProvider clock)
{
    private const int FailuresToOpen = 5;

    private readonly Lock _gate = new();
    private int _failures;
    private long _probeAt;

    /// <summary>Redis is away, too slow, or refused; anything else is a fault of ours.</summary>
    public static bool IsOutage(Exception exception) =>
        exception is TimeoutException or RedisException or ObjectDisposedException or OperationCanceledException;

    public bool IsOpen => Volatile.Read(ref _failures) >= FailuresToOpen;

    /// <summary>True: the breaker was open until now.</summary>
    public bool Succeeded()
    {
        if (Volatile.Read(ref _failures) == 0)
        {
            return false;
        }

        lock (_gate)
        {
            var wasOpen = IsOpen;
            _failures = 0;
            return wasOpen;
        }
    }

    /// <summary>True: this failure opened the breaker.</summary>
    public bool Failed()
    {
        lock (_gate)
        {
            if (IsOpen)
            {
                return false;
            }

            _failures++;
            _probeAt = NextProbe();
            return IsOpen;
        }
    }

    /// <summary>True for one caller at a time, when a probe is due.</summary>
    public bool TryBeginProbe()
    {
        lock (_gate)
        {
            if (!IsOpen || clock.GetTimestamp() < _probeAt)
            {
                return false;
            }

            _probeAt = NextProbe();
            return true;
        }
    }

    private long NextProbe() =>
        clock.GetTimestamp() + (long)(clock.TimestampFrequency * (0.8 + (Random.Shared.NextDouble() * 0.4)));
}
