using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace ServiceDefaults.Instances;

/// <summary>The live instances of every service. Reading it costs nothing: a background refresh keeps it current.</summary>
public sealed partial class InstanceDirectory
{
    private readonly RedisInstances _redis;
    private readonly PostgresInstances _postgres;
    private readonly ILogger<InstanceDirectory> _logger;
    private ImmutableArray<Instance> _live = [];
    private bool _blind;

    internal InstanceDirectory(RedisInstances redis, PostgresInstances postgres, ILogger<InstanceDirectory> logger)
    {
        _redis = redis;
        _postgres = postgres;
        _logger = logger;
    }

    /// <summary>All live instances, by id.</summary>
    public ImmutableArray<Instance> All => _live;

    /// <summary>The live instances of one service.</summary>
    public IEnumerable<Instance> Of(string service) => _live.Where(instance => instance.Service == service);

    /// <summary>Reads both stores. With both away the last known list stays.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        var redis = TryReadAsync(_redis.ReadAsync, cancellationToken);
        var postgres = TryReadAsync(_postgres.ReadAsync, cancellationToken);
        var (fast, slow) = (await redis, await postgres);
        if (fast is null && slow is null)
        {
            if (!_blind)
            {
                LogBlind(_live.Length);
            }

            _blind = true;
            return;
        }

        _blind = false;
        _live = InstanceMerge.Live(fast, slow);
    }

    private static async Task<IReadOnlyList<InstanceSighting>?> TryReadAsync(
        Func<CancellationToken, Task<IReadOnlyList<InstanceSighting>>> read, CancellationToken cancellationToken)
    {
        try
        {
            return await InstanceBeats.WithinTimeoutAsync(read, cancellationToken);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // The other store answers for both; RefreshAsync tells when neither does, and health checks name the store.
            return null;
        }
    }

    [LoggerMessage(LogLevel.Warning, "Neither Redis nor PostgreSQL tells which instances run; the last {Count} known stay in use", EventName = "instances_unknown")]
    private partial void LogBlind(int count);
}
