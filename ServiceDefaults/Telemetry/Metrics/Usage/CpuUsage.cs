namespace ServiceDefaults.Telemetry.Metrics.Usage;

/// <summary>
/// Share of the cores this process may use that it used over the last ten seconds. It takes its own samples, so that what one
/// reader sees does not depend on when another looked, and an idle hour does not hide a busy minute.
/// </summary>
internal sealed class CpuUsage : IDisposable
{
    private const int Span = 10;

    private readonly Lock _gate = new();
    private readonly Queue<Sample> _samples = new(Span + 1);
    private readonly TimeProvider _clock;
    private readonly Func<TimeSpan> _used;
    private readonly double _cores;
    private readonly ITimer _timer;

    /// <param name="used">Processor time of the process since its start.</param>
    public CpuUsage(TimeProvider clock, Func<TimeSpan> used, double cores)
    {
        (_clock, _used, _cores) = (clock, used, cores);
        _samples.Enqueue(Now());
        _timer = clock.CreateTimer(_ => Remember(), state: null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
    }

    /// <summary>0 to 100.</summary>
    public double Percent()
    {
        var now = Now();
        Sample then;
        lock (_gate)
        {
            then = _samples.Peek();
        }

        var available = _clock.GetElapsedTime(then.At, now.At) * _cores;
        return available > TimeSpan.Zero ? Math.Clamp(100 * (now.Used - then.Used) / available, 0, 100) : 0;
    }

    public void Dispose() => _timer.Dispose();

    private void Remember()
    {
        lock (_gate)
        {
            _samples.Enqueue(Now());
            if (_samples.Count > Span)
            {
                _samples.Dequeue();
            }
        }
    }

    private Sample Now() => new(_clock.GetTimestamp(), _used());

    private sealed record Sample(long At, TimeSpan Used);
}
