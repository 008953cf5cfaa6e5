using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using ServiceDefaults.Listeners;

namespace ServiceDefaults.Telemetry.Metrics;

/// <summary>What is measured, and the endpoint Prometheus reads it from.</summary>
internal static class MetricsFeature
{
    public static void AddPlatformMetrics(this IOpenTelemetryBuilder telemetry, ListenPlan plan)
    {
        telemetry.Services.AddSingleton<PlatformMetrics>();
        telemetry.WithMetrics(metrics =>
        {
            metrics.AddMeter("Microsoft.AspNetCore.*", "System.Net.Http", "System.Runtime", "Npgsql", TelemetryNames.Prefix + "*");
            if (plan.MetricsPort is not null)
            {
                metrics.AddPrometheusExporter();
            }
        });
    }
}
