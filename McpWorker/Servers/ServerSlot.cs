namespace McpWorker.Servers;

/// <summary>One version of a server while it runs.</summary>
internal sealed class ServerSlot(string fingerprint, BridgedServer server, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(200);

    private readonly CancellationTokenSource _ends = new();

    public string Fingerprint => fingerprint;

    public BridgedServer Server => server;

    public Task Ended { get; private set; } = Task.CompletedTask;

    public void Start(CancellationToken stopping) => Ended = RunAsync(stopping);

    /// <summary>Ends it once its successor is there, or had its time to come, and its own last call is over.</summary>
    public async Task RetireAsync(BridgedServer? successor)
    {
        server.StopPublishing();
        var asked = clock.GetTimestamp();
        while (!Ended.IsCompleted && (server.IsBusy || (successor is { HasPublished: false } && clock.GetElapsedTime(asked) < successor.StartWithin)))
        {
            await Task.WhenAny(Ended, Task.Delay(LookEvery, clock));
        }

        await _ends.CancelAsync();
        await Ended;
        Dispose();
    }

    public void Dispose()
    {
        _ends.Dispose();
        server.Dispose();
    }

    private async Task RunAsync(CancellationToken stopping)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, _ends.Token);
        await server.RunAsync(either.Token);
    }
}
