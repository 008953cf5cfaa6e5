using Microsoft.Extensions.Options;
using ServiceDefaults.Health;
using ServiceDefaults.Settings.Catalog;

namespace McpWorker.Recycling;

/// <summary>
/// Looks at the resident memory of this process. Above MCP_MAX_MEMORY_RESTART, and still above after a collection (garbage is
/// no leak), the worker drains, so that gateways send it nothing more, lets its calls finish and ends.
/// </summary>
internal sealed partial class MemoryWatch(
    IOptionsMonitor<ServerOptions> options, DrainState drain, IHostApplicationLifetime lifetime, TimeProvider clock, ILogger<MemoryWatch> logger)
    : BackgroundService
{
    /// <summary>EX_TEMPFAIL of sysexits.h: nothing is wrong with the installation, start it again.</summary>
    public const int ExitCode = 75;

    private const long Mebibyte = 1 << 20;

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2);

    /// <summary>Collecting everything stops all calls for a moment, so a worker that lives near its limit does it rarely.</summary>
    private static readonly TimeSpan BetweenCollections = TimeSpan.FromMinutes(1);

    /// <summary>The heartbeat (every 2 s) has told the gateways by then.</summary>
    private static readonly TimeSpan DrainFor = TimeSpan.FromSeconds(5);

    private long? _collectedAt;

    public bool HasEnded { get; private set; }

    /// <summary>Replaced in tests.</summary>
    public Func<long> ResidentBytes { get; set; } = () => Environment.WorkingSet;

    /// <summary>Replaced in tests.</summary>
    public Action Collect { get; set; } = () => GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        try
        {
            while (!IsExceeded())
            {
                await timer.WaitForNextTickAsync(stoppingToken);
            }

            LogExceeded(ResidentBytes() / Mebibyte, options.CurrentValue.MaxMemoryBytes / Mebibyte, ExitCode);
            HasEnded = true;
            drain.Drain();
            await Task.Delay(DrainFor, clock, stoppingToken);
            lifetime.StopApplication();
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The worker stops anyway.
        }
    }

    private bool IsExceeded()
    {
        if (!IsAboveLimit())
        {
            return false;
        }

        if (_collectedAt is { } before && clock.GetElapsedTime(before) < BetweenCollections)
        {
            // The last collection did not help for long: what grows again within a minute is in use.
            return true;
        }

        _collectedAt = clock.GetTimestamp();
        Collect();
        return IsAboveLimit();
    }

    private bool IsAboveLimit() => options.CurrentValue.MaxMemoryBytes is > 0 and var limit && ResidentBytes() > limit;

    [LoggerMessage(LogLevel.Error, "Needs {ResidentMiB} MiB of memory, more than the {LimitMiB} MiB of MCP_MAX_MEMORY_RESTART; drains and ends with exit code {ExitCode}, to be started again. If this recurs, look for the tool that keeps memory, or raise the limit", EventName = "memory_limit_exceeded")]
    private partial void LogExceeded(long residentMiB, long limitMiB, int exitCode);
}
