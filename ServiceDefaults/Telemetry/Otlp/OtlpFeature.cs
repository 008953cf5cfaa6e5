using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;

namespace ServiceDefaults.Telemetry.Otlp;

/// <summary>Export to a collector: a queue of bounded length a signal, which a collector that is away can fill but not lengthen.</summary>
internal static class OtlpFeature
{
    /// <summary>Names the exporter asks the client factory for.</summary>
    private static readonly string[] Clients = ["OtlpTraceExporter", "OtlpMetricExporter", "OtlpLogExporter"];

    public static void AddOtlpExport(this IOpenTelemetryBuilder telemetry, OtlpSettings settings)
    {
        telemetry.UseOtlpExporter();
        telemetry.Services.AddSingleton(services => new OtlpWatch(
            settings, services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<OtlpWatch>>()));
        foreach (var client in Clients)
        {
            // Two log lines an export would be exported in turn.
            telemetry.Services.AddHttpClient(client).RemoveAllLoggers();
        }
    }
}
