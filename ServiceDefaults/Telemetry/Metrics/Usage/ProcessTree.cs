namespace ServiceDefaults.Telemetry.Metrics.Usage;

/// <summary>
/// This process and all it started, directly or not. They are counted in the background, not while somebody waits for a scrape.
/// </summary>
internal sealed class ProcessTree : IDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    private readonly ITimer _timer;
    private volatile int _count;

    public ProcessTree(TimeProvider clock)
    {
        Look();
        _timer = clock.CreateTimer(_ => Look(), state: null, Every, Every);
    }

    /// <summary>Null where processes cannot be looked at.</summary>
    public int? Count => _count > 0 ? _count : null;

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        var table = ProcessTable.Read();
        _count = table.Find(Environment.ProcessId) is null ? 0 : 1 + table.Descendants(Environment.ProcessId).Count;
    }
}
