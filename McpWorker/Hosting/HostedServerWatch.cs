using System.Collections.Concurrent;
using McpWorker.Hosting.Processes;
using ServiceDefaults.Telemetry.Metrics.Usage;

namespace McpWorker.Hosting;

/// <summary>Looks once a second at what all hosted servers use, with one look at the machine's processes for all of them.</summary>
internal sealed class HostedServerWatch : IDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<HostedServerChannel, byte> _watched = new();
    private readonly ITimer _timer;
    private int _looks;

    public HostedServerWatch(TimeProvider clock) => _timer = clock.CreateTimer(_ => Look(), state: null, Every, Every);

    public void Add(HostedServerChannel channel) => _watched[channel] = 0;

    public void Remove(HostedServerChannel channel) => _watched.TryRemove(channel, out _);

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        if (_watched.IsEmpty || Interlocked.Exchange(ref _looks, 1) == 1)
        {
            return;
        }

        try
        {
            var table = ProcessTable.Read();
            Orphans.Reap(table);
            foreach (var channel in _watched.Keys)
            {
                channel.Check(table);
            }
        }
        finally
        {
            Volatile.Write(ref _looks, 0);
        }
    }
}
