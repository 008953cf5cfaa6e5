using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using BackupService.Sets;
using Testing;

namespace BackupService.Tests.Sets;

public sealed class BackupMetricsTests(PostgresServer postgres)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Requirement", "S-202")]
    public async Task After_a_backup_the_metrics_tell_of_it()
    {
        using var folder = new TemporaryFolder();
        using var host = new BackupHost(await postgres.CreateDatabaseAsync(migrated: true, Token), folder);
        var seen = new ConcurrentDictionary<string, double>(StringComparer.Ordinal);
        using var listener = Listen(host.Get<IMeterFactory>(), seen);

        var before = host.Get<BackupMetrics>();
        listener.RecordObservableInstruments();
        Assert.NotNull(before);
        Assert.DoesNotContain("mcp_backup_last_success_timestamp_seconds", seen.Keys);
        var set = await host.BackUpAsync();
        listener.RecordObservableInstruments();

        Assert.Equal(1, seen["mcp_backup_runs_total"]);
        Assert.Equal(1, seen["mcp_backup_sets"]);
        Assert.Equal(set.Manifest.StoredBytes, seen["mcp_backup_last_size_bytes"]);
        Assert.Equal(set.Manifest.DurationSeconds, seen["mcp_backup_last_duration_seconds"]);
        Assert.InRange(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - seen["mcp_backup_last_success_timestamp_seconds"], -1, 10);
    }

    /// <summary>Only this host's instruments: tests beside it have meters of the same name.</summary>
    private static MeterListener Listen(IMeterFactory factory, ConcurrentDictionary<string, double> seen)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == BackupMetrics.MeterName && instrument.Meter.Scope == factory)
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => seen[instrument.Name] = value);
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => seen[instrument.Name] = value);
        listener.Start();
        return listener;
    }
}
