using System.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Trace;
using ServiceDefaults.Logging;
using ServiceDefaults.Telemetry.Otlp;

namespace ServiceDefaults.Telemetry.Tracing;

/// <summary>Spans of the runtime, of PostgreSQL's driver and of our own, joined to one trace by W3C Trace Context.</summary>
internal static class TracingFeature
{
    // Not the MCP SDK's own source: it makes the span of ToolSpans a second time, below the _meta a caller wrote instead of
    // below the gateway's span.
    private static readonly string[] Libraries = ["Microsoft.AspNetCore", "System.Net.Http", "Npgsql"];

    public static void AddPlatformTracing(this IOpenTelemetryBuilder telemetry, ServiceIdentity identity, IConfiguration configuration)
    {
        telemetry.WithTracing(traces =>
        {
            traces.AddSource([.. Libraries, TelemetryNames.Prefix + "*"]);
            if (string.IsNullOrEmpty(configuration[OtlpSettings.Sampler]))
            {
                traces.SetSampler(services => ActivatorUtilities.CreateInstance<CallSampler>(services, identity));
                traces.AddProcessor(services => ActivatorUtilities.CreateInstance<FailedSpans>(services));
            }

            // Last, when it is known which spans leave.
            traces.Redact(IsCollected);
        });
    }

    private static bool IsCollected(ActivitySource source) =>
        Libraries.Contains(source.Name, StringComparer.Ordinal) || source.Name.StartsWith(TelemetryNames.Prefix, StringComparison.Ordinal);
}
