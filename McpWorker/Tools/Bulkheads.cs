using System.Collections.Concurrent;
using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;
using ModelContextProtocol;
using ServiceDefaults.Settings.Catalog;

namespace McpWorker.Tools;

/// <summary>
/// How many calls one server may have at once, and how many may wait: what is too much for one server is refused there, and
/// takes no room from the others. A call keeps its place until it has really ended, also one that nobody waits for any more.
/// </summary>
internal sealed class Bulkheads(IOptions<ModuleOptions> options, ToolMetrics metrics) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, ConcurrencyLimiter> _places = new(StringComparer.Ordinal);

    /// <summary>Calls that have a place now.</summary>
    public long Taken => _places.Values.Sum(place => options.Value.MaxConcurrency - place.GetStatistics()!.CurrentAvailablePermits);

    /// <summary>The call has its place until the result is disposed of.</summary>
    /// <exception cref="McpException">There is no place, and none to wait at.</exception>
    public async ValueTask<IDisposable> EnterAsync(string server, CancellationToken cancellationToken)
    {
        var place = await _places.GetOrAdd(server, Create).AcquireAsync(1, cancellationToken);
        if (!place.IsAcquired)
        {
            place.Dispose();
            metrics.Busy(server);
            throw new McpException($"'{server}' is busy with {options.Value.MaxConcurrency} calls, and {options.Value.MaxQueue} wait already. Try again in a moment.");
        }

        return place;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var place in _places.Values)
        {
            await place.DisposeAsync();
        }
    }

    private ConcurrencyLimiter Create(string server) => new(new ConcurrencyLimiterOptions
    {
        PermitLimit = options.Value.MaxConcurrency,
        QueueLimit = options.Value.MaxQueue,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });
}
