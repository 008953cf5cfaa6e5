using System.Diagnostics.Metrics;

namespace BackupService.Sets;

/// <summary>What Prometheus is told about backups (S-202). Gauges stay silent until there is something to tell.</summary>
internal sealed class BackupMetrics : IDisposable
{
    public const string MeterName = "McpPlatform.Backup";

    private readonly Meter _meter;
    private readonly Counter<long> _runs;
    private volatile SetEntry? _newestVerified;
    private volatile int _sets = -1;

    public BackupMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(MeterName);
        _runs = _meter.CreateCounter<long>("mcp_backup_runs_total", description: "Backup runs by result");
        Gauge("mcp_backup_last_success_timestamp_seconds", "Unix time of the newest verified set", set => UnixSeconds(set.Manifest.StoppedAt));
        Gauge("mcp_backup_last_verified_timestamp_seconds", "Unix time of its newest verification", set => UnixSeconds(set.Verification!.VerifiedAt));
        Gauge("mcp_backup_last_duration_seconds", "Time the newest verified set took to make", set => set.Manifest.DurationSeconds);
        Gauge("mcp_backup_last_size_bytes", "Stored size of the newest verified set", set => set.Manifest.StoredBytes);
        _meter.CreateObservableGauge("mcp_backup_sets", Sets, description: "Sets in the repository");
    }

    /// <summary>Lets runs count from 0, so that the first that fails is seen as a rise. Before the host has started nobody collects.</summary>
    public void BeginAtZero()
    {
        _runs.Add(0, new KeyValuePair<string, object?>("result", "success"));
        _runs.Add(0, new KeyValuePair<string, object?>("result", "failure"));
    }

    /// <summary>A set was made; it counts as a success only when it is verified.</summary>
    public void Finished(SetEntry set, IReadOnlyList<SetEntry> all)
    {
        _runs.Add(1, new KeyValuePair<string, object?>("result", set.IsVerified ? "success" : "failure"));
        Show(all);
    }

    public void Failed() => _runs.Add(1, new KeyValuePair<string, object?>("result", "failure"));

    /// <summary>Takes over what lies in the repository, at start, after each run, and when another process changed it.</summary>
    public void Show(IReadOnlyList<SetEntry> sets)
    {
        _newestVerified = sets.LastOrDefault(set => set.IsVerified);
        _sets = sets.Count;
    }

    public void Dispose() => _meter.Dispose();

    private void Gauge(string name, string description, Func<SetEntry, double> value) => _meter.CreateObservableGauge(
        name, () => _newestVerified is { } set ? [new Measurement<double>(value(set))] : Array.Empty<Measurement<double>>(), description: description);

    private IEnumerable<Measurement<long>> Sets() => _sets is var count and >= 0 ? [new Measurement<long>(count)] : [];

    private static double UnixSeconds(DateTimeOffset time) => time.ToUnixTimeMilliseconds() / 1000.0;
}
