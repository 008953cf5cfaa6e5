using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Trace;
using ServiceDefaults.Logging;

namespace ServiceDefaults.Telemetry.Tracing;

/// <summary>Spans of the runtime, of PostgreSQL's driver and of our own, joined to one trace by W3C Trace Context.</summary>
internal static class TracingFeature
{
    private const string ForeignSampler = "OTEL_TRACES_SAMPLER";

    private static readonly string[] Foreign = ["Microsoft.AspNetCore", "System.Net.Http", "Npgsql"];

    public static void AddPlatformTracing(this IOpenTelemetryBuilder telemetry, ServiceIdentity identity, IConfiguration configuration)
    {
        telemetry.WithTracing(traces =>
        {
            // Not the MCP SDK's own source: it makes the span of ToolSpans a second time, below the _meta a caller wrote
            // instead of below the gateway's span.
            traces.AddSource([.. Foreign, TelemetryNames.Prefix + "*"]);
            if (string.IsNullOrEmpty(configuration[ForeignSampler]))
            {
                traces.SetSampler(services => ActivatorUtilities.CreateInstance<CallSampler>(services, identity));
                traces.AddProcessor(services => ActivatorUtilities.CreateInstance<FailedSpans>(services));
            }

            // Last, when it is known which spans leave.
            traces.Redact(static source => Foreign.Contains(source) || source.StartsWith(TelemetryNames.Prefix, StringComparison.Ordinal));
        });
    }
}
