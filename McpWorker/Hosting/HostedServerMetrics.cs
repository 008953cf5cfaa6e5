using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using McpWorker.Tools;

namespace McpWorker.Hosting;

/// <summary>What operators see of hosted servers. The label comes from definitions alone.</summary>
internal sealed class HostedServerMetrics
{
    private readonly ConcurrentDictionary<string, long> _restarts = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<HostedServerChannel, byte> _running = new();

    public HostedServerMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(ToolMetrics.Name);
        meter.CreateObservableCounter(
            "mcp_hosted_server_restarts_total",
            () => _restarts.Select(server => Value(server.Key, server.Value)),
            description: "Starts of a hosted server after an end nobody wanted.");
        meter.CreateObservableGauge("mcp_hosted_server_up", () => Of(running => running.Any() ? 1 : 0), description: "1 while a process of the hosted server runs, else 0.");
        meter.CreateObservableGauge("mcp_hosted_server_memory_bytes", () => Of(running => running.Sum(channel => channel.MemoryBytes)), description: "Memory in RAM of a hosted server's processes, without the files they map.");
    }

    /// <summary>It counts from 0, so that the first restart is seen as a rise.</summary>
    public void Known(string server) => _restarts.TryAdd(server, 0);

    public void Started(HostedServerChannel channel, bool again)
    {
        _running[channel] = 0;
        if (again)
        {
            _restarts.AddOrUpdate(channel.Server, 1, static (_, count) => count + 1);
        }
    }

    public void Ended(HostedServerChannel channel) => _running.TryRemove(channel, out _);

    private IEnumerable<Measurement<long>> Of(Func<IEnumerable<HostedServerChannel>, long> value)
    {
        var running = _running.Keys.ToLookup(channel => channel.Server, StringComparer.Ordinal);
        return _restarts.Keys.Select(server => Value(server, value(running[server])));
    }

    private static Measurement<long> Value(string server, long value) => new(value, new KeyValuePair<string, object?>("server", server));
}
