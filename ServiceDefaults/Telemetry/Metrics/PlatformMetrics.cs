using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace ServiceDefaults.Telemetry.Metrics;

/// <summary>
/// Instruments every service has. Without units and with their full names, because the exporter would append a unit to the
/// name, and the names are fixed (S-178).
/// </summary>
internal sealed class PlatformMetrics
{
    private static readonly double[] Seconds = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

    private readonly Counter<long> _requests;
    private readonly Histogram<double> _durations;

    public PlatformMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(TelemetryNames.Prefix + "Service");
        _requests = meter.CreateCounter<long>("http_requests_total", description: "HTTP requests answered.");
        _durations = meter.CreateHistogram(
            "http_request_duration_seconds",
            unit: null,
            "Seconds from the first byte of a request to the last of its response.",
            tags: null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = Seconds });
    }

    public void RequestAnswered(string method, string route, int status, TimeSpan took)
    {
        _requests.Add(1, new TagList { { "method", method }, { "route", route }, { "status", status } });
        _durations.Record(took.TotalSeconds, new TagList { { "method", method }, { "route", route }, { "status_code", status } });
    }
}
