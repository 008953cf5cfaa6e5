using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using ServiceDefaults.Database;
using ServiceDefaults.Settings.Catalog;

namespace ServiceDefaults.Health;

/// <summary>
/// Takes a report for whoever asks. A report serves for almost a second and those who come while one is being made share it, so a
/// flood of probes costs the database one question a second. Nobody waits long for what is already known: that a
/// dependency hangs.
/// </summary>
internal sealed partial class HealthMonitor(
    CheckRunner runner,
    SchemaGate gate,
    IServiceProvider services,
    IOptionsMonitor<HealthOptions> options,
    TimeProvider clock,
    ILogger<HealthMonitor> logger)
{
    /// <summary>Below the shortest interval of background probes, or every other one would find the last report still fresh.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromMilliseconds(900);

    /// <summary>How long a caller waits for a new report where the last one will do.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    private readonly Lock _gate = new();
    private Task<HealthReport>? _next;
    private HealthReport? _last;
    private long _nextBegun;
    private volatile bool _hasBeenReady;
    private int _saidOutdated;

    /// <summary>Whether database, schema and dependencies were once well at the same time; the cache may have been away.</summary>
    public bool HasBeenReady => _hasBeenReady;

    /// <param name="lastWillDo">
    /// The caller takes the last report when a new one is not there at once. So does everybody while the last one was
    /// failing: a dependency known to hang costs its callers half a second, a fresh failure one time-out, and a recovery
    /// shows as soon as the checks answer.
    /// </param>
    public Task<HealthReport> ReportAsync(bool lastWillDo = false)
    {
        Task<HealthReport> next;
        HealthReport? last;
        lock (_gate)
        {
            if (_next is null || (_next.IsCompleted && clock.GetElapsedTime(_nextBegun) >= Fresh))
            {
                _nextBegun = clock.GetTimestamp();
                _next = TakeAsync();
            }

            (next, last) = (_next, _last);
        }

        return next.IsCompleted || last is null || !(lastWillDo || last.IsFailing) ? next : NextOrLastAsync(next, last);
    }

    private async Task<HealthReport> NextOrLastAsync(Task<HealthReport> next, HealthReport last)
    {
        try
        {
            return await next.WaitAsync(Patience, clock);
        }
        catch (TimeoutException)
        {
            return last;
        }
    }

    private async Task<HealthReport> TakeAsync()
    {
        var checks = runner.RunAllAsync();
        var schema = await SchemaAsync();
        var report = new HealthReport(await checks, schema);
        if (schema == SchemaState.Outdated && Interlocked.Exchange(ref _saidOutdated, 1) == 0)
        {
            LogSchemaOutdated();
        }

        _hasBeenReady |= schema == SchemaState.UpToDate && report.Passes(HealthTags.Database) && report.Passes(HealthTags.Dependency);
        lock (_gate)
        {
            _last = report;
        }

        return report;
    }

    private async Task<SchemaState> SchemaAsync()
    {
        var timeout = TimeSpan.FromSeconds(options.CurrentValue.TimeoutSeconds);
        using var patience = new CancellationTokenSource(timeout, clock);
        try
        {
            // A service without a database has no schema to wait for.
            return services.GetService<NpgsqlDataSource>() is { } source
                ? await gate.CheckAsync(source, patience.Token).WaitAsync(timeout, clock)
                : SchemaState.UpToDate;
        }
        catch (Exception exception) when (exception is NpgsqlException or OperationCanceledException or TimeoutException or InvalidOperationException)
        {
            // The database's own check says what is wrong with it.
            return SchemaState.Unknown;
        }
    }

    [LoggerMessage(LogLevel.Warning, "The database's schema is older than this version needs; not ready until somebody runs the migrate verb", EventName = "schema_outdated")]
    private partial void LogSchemaOutdated();
}
