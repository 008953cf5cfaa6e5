using System.Diagnostics.Metrics;
using ServiceDefaults.Telemetry.Metrics.Usage;

namespace ServiceDefaults.Telemetry.Metrics;

/// <summary>What the process uses of its machine. A value the platform does not tell is left out, never made up.</summary>
internal sealed class ProcessMetrics
{
    private readonly Meter _meter;

    public ProcessMetrics(IMeterFactory meters, CpuUsage cpu, ProcessTree processes)
    {
        // The first look opens what a later one may not be able to.
        _ = Traffic.FileOperations();
        _meter = meters.Create(TelemetryNames.Prefix + "Process");
        Gauge("process_resident_memory_bytes", () => MemoryUsage.ResidentBytes, "Memory of the process that is in RAM.");
        Gauge("memory_usage_bytes", () => MemoryUsage.ResidentBytes, "Memory the service uses: that of its process that is in RAM.");
        Gauge("process_open_fds", () => OpenFiles.Count(), "Open file descriptors: files, sockets, pipes.");
        Gauge("process_max_fds", () => OpenFiles.Maximum(), "File descriptors the process may have open.");
        Gauge("process_count", () => processes.Count, "The process and those it started, directly or not.");
        _meter.CreateObservableGauge("cpu_utilization_percent", cpu.Percent, unit: null, "Share of the cores the process may use that it used over the last 10 seconds.");

        var started = (ProcessStart.At - DateTimeOffset.UnixEpoch).TotalSeconds;
        _meter.CreateObservableGauge("process_start_time_seconds", () => started, unit: null, "When the process started, in seconds since 1970.");

        // Sums over the process's life, yet not counters: a counter's name would have to end in _total.
        Both("disk_io_operations", "read", "write", Traffic.FileOperations, "Read and write calls of the process on files, since its start.");
        Both("network_throughput_bytes", "receive", "transmit", Traffic.NetworkBytes, "Bytes over all network interfaces of the machine or container, since they came up.");
    }

    private void Gauge(string name, Func<long?> value, string description) =>
        _meter.CreateObservableGauge<long>(name, () => value() is { } known ? [new(known)] : [], unit: null, description);

    private void Both(string name, string first, string second, Func<(long, long)?> values, string description) =>
        _meter.CreateObservableUpDownCounter<long>(
            name,
            () => values() is var (one, other) ? [new(one, new KeyValuePair<string, object?>("direction", first)), new(other, new KeyValuePair<string, object?>("direction", second))] : [],
            unit: null,
            description);
}
