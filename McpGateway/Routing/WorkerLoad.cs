namespace McpGateway.Routing;

/// <summary>What this gateway has under way at one worker instance.</summary>
internal sealed class WorkerLoad
{
    private int _inFlight;
    private long _avoidUntil;

    public int InFlight => Volatile.Read(ref _inFlight);

    public void Begin() => Interlocked.Increment(ref _inFlight);

    public void End() => Interlocked.Decrement(ref _inFlight);

    /// <summary>Others come first until then: it refused a connection.</summary>
    public void AvoidUntil(long timestamp) => Volatile.Write(ref _avoidUntil, timestamp);

    public bool IsAvoided(long now) => now < Volatile.Read(ref _avoidUntil);
}
