namespace McpWorker.Hosting.Output;

/// <summary>How much may come in a second, saved up to a bound. Who goes beyond it waits, or is told to.</summary>
internal sealed class Allowance
{
    private readonly Lock _gate = new();
    private readonly double _perSecond;
    private readonly double _most;
    private readonly TimeProvider _clock;
    private double _left;
    private long _at;

    public Allowance(double perSecond, double most, TimeProvider clock)
    {
        (_perSecond, _most, _left, _clock) = (perSecond, most, most, clock);
        _at = clock.GetTimestamp();
    }

    /// <summary>Takes it, on credit if need be.</summary>
    /// <returns>How long to wait until the debt is paid.</returns>
    public TimeSpan Take(double amount)
    {
        lock (_gate)
        {
            Refill();
            _left -= amount;
            return _left >= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(-_left / _perSecond);
        }
    }

    public bool TryTake(double amount)
    {
        lock (_gate)
        {
            Refill();
            if (_left < amount)
            {
                return false;
            }

            _left -= amount;
            return true;
        }
    }

    /// <summary>More, beyond what time brings.</summary>
    public void Add(double amount)
    {
        lock (_gate)
        {
            _left = Math.Min(_most, _left + amount);
        }
    }

    private void Refill()
    {
        var now = _clock.GetTimestamp();
        _left = Math.Min(_most, _left + (_clock.GetElapsedTime(_at, now).TotalSeconds * _perSecond));
        _at = now;
    }
}
