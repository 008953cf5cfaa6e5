using ServiceDefaults.Instances;

namespace McpGateway.Routing;

/// <summary>One call's place at a worker instance, counted until it is disposed.</summary>
internal sealed class WorkerLease : IDisposable
{
    private readonly WorkerLoad _load;
    private readonly TimeProvider _clock;
    private int _isOver;

    public WorkerLease(Instance instance, WorkerLoad load, TimeProvider clock)
    {
        Instance = instance;
        _load = load;
        _clock = clock;
        load.Begin();
    }

    public Instance Instance { get; }

    /// <summary>The instance took no connection: for two seconds it is asked last.</summary>
    public void ConnectionFailed() => _load.AvoidUntil(_clock.GetTimestamp() + (2 * _clock.TimestampFrequency));

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isOver, 1) == 0)
        {
            _load.End();
        }
    }
}
