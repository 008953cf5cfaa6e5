using System.Diagnostics.Metrics;
using McpWorker.Tools;

namespace McpWorker.Caching;

/// <summary>How often a kept result was found, by where it was looked for (S-329).</summary>
internal sealed class CacheMetrics : IHostedService
{
    private static readonly KeyValuePair<string, object?> Memory = new("level", "memory");
    private static readonly KeyValuePair<string, object?> Redis = new("level", "redis");

    private readonly Counter<long> _hits;
    private readonly Counter<long> _misses;

    public CacheMetrics(IMeterFactory meters, RecentResults recent, Generations generations)
    {
        var meter = meters.Create(ToolMetrics.Name);
        _hits = meter.CreateCounter<long>("mcp_cache_hits_total", description: "Tool results found where they were kept.");
        _misses = meter.CreateCounter<long>("mcp_cache_misses_total", description: "Tool results looked for and not found.");
        meter.CreateObservableGauge("mcp_cache_entries", () => recent.Count, unit: null, "Tool results kept in memory.");
        meter.CreateObservableGauge("mcp_cache_alone", () => generations.IsShared ? 0 : 1, unit: null, "1 while results are kept by this worker alone, else 0.");
    }

    /// <summary>Hits and misses count from 0, so that the first is seen as a rise.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var level in (KeyValuePair<string, object?>[])[Memory, Redis])
        {
            _hits.Add(0, level);
            _misses.Add(0, level);
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void InMemory(bool found) => (found ? _hits : _misses).Add(1, Memory);

    public void InRedis(bool found) => (found ? _hits : _misses).Add(1, Redis);
}
