using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using ServiceDefaults.Database;
using ServiceDefaults.Settings.Catalog;

namespace ServiceDefaults.Health;

/// <summary>What all checks found at one moment.</summary>
internal sealed record HealthReport(IReadOnlyList<CheckResult> Checks, SchemaState Schema)
{
    public bool Passes(string group) => Checks.All(check => check.Group != group || check.Problem is null);

    /// <summary>Null: the group is well.</summary>
    public string? Problem(params ReadOnlySpan<string> groups)
    {
        var problems = new List<string>();
        foreach (var check in Checks)
        {
            if (check.Problem is not null && groups.Contains(check.Group))
            {
                problems.Add(groups.Length == 1 && check.Group != HealthTags.Dependency ? check.Problem : $"{check.Name}: {check.Problem}");
            }
        }

        return problems.Count == 0 ? null : string.Join(", ", problems);
    }
}

/// <summary>
/// Takes a report for whoever asks. A report serves for a second and those who come while one is being made share it, so a
/// flood of probes costs the database one question a second.
/// </summary>
internal sealed partial class HealthMonitor(
    CheckRunner runner,
    SchemaGate gate,
    IServiceProvider services,
    IOptionsMonitor<HealthOptions> options,
    TimeProvider clock,
    ILogger<HealthMonitor> logger)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private Task<HealthReport>? _latest;
    private long _takenAt;
    private volatile bool _hasBeenReady;
    private int _saidOutdated;

    /// <summary>Whether database, schema and dependencies were once well at the same time; the cache may have been away.</summary>
    public bool HasBeenReady => _hasBeenReady;

    public Task<HealthReport> ReportAsync()
    {
        lock (_gate)
        {
            if (_latest is null || (_latest.IsCompleted && clock.GetElapsedTime(_takenAt) >= Fresh))
            {
                _takenAt = clock.GetTimestamp();
                _latest = TakeAsync();
            }

            return _latest;
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
