using OpenTelemetry;
using ServiceDefaults.Logging;

namespace ServiceDefaults.Telemetry.Tracing;

/// <summary>Spans of the runtime, of PostgreSQL's driver and of our own, joined to one trace by W3C Trace Context.</summary>
internal static class TracingFeature
{
    public static void AddPlatformTracing(this IOpenTelemetryBuilder telemetry) =>
        telemetry.WithTracing(traces => traces
            .AddSource("Microsoft.AspNetCore", "System.Net.Http", "Npgsql", TelemetryNames.Prefix + "*")
            .Redact());
}
