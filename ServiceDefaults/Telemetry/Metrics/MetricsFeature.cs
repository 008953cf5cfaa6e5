using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using ServiceDefaults.Listeners;
using ServiceDefaults.Telemetry.Metrics.Usage;

namespace ServiceDefaults.Telemetry.Metrics;

/// <summary>What is measured, and the endpoint Prometheus reads it from.</summary>
internal static class MetricsFeature
{
    public static void AddPlatformMetrics(this IOpenTelemetryBuilder telemetry, ListenPlan plan)
    {
        telemetry.Services.AddSingleton<PlatformMetrics>();
        telemetry.Services.AddSingleton<DataDisk>();
        telemetry.Services.AddSingleton(services => new CpuUsage(
            services.GetRequiredService<TimeProvider>(), () => Environment.CpuUsage.TotalTime, new CpuQuota().Cores(Environment.ProcessorCount)));
        telemetry.Services.AddSingleton<ProcessTree>();
        telemetry.Services.AddSingleton<ProcessMetrics>();
        telemetry.Services.AddSingleton<DatabasePoolMetrics>();
        telemetry.Services.AddSingleton(services => new ResourceSnapshots(
            services.GetRequiredService<CpuUsage>(), services.GetRequiredService<DataDisk>()));
        telemetry.WithMetrics(metrics =>
        {
            // Not the hosting, routing and memory pool meters of ASP.NET Core: ours tell of requests, and each instrument costs every call.
            metrics.AddMeter(
                "Microsoft.AspNetCore.Server.Kestrel", "Microsoft.AspNetCore.Diagnostics", "System.Net.Http", "System.Runtime", "Npgsql", TelemetryNames.Prefix + "*");

            // Made with the provider, so that the share of the processor is known when somebody first asks.
            metrics.AddInstrumentation(services => services.GetRequiredService<ProcessMetrics>());
            metrics.AddInstrumentation(services => services.GetRequiredService<DatabasePoolMetrics>());
            metrics.SetExemplarFilter(ExemplarFilterType.TraceBased);
            if (plan.MetricsPort is not null)
            {
                metrics.AddPrometheusExporter();
            }
        });
        telemetry.Services.ConfigureOpenTelemetryMeterProvider((services, metrics) =>
            metrics.AddView(new MetricViews(services.GetRequiredService<IMeterFactory>()).Of));
    }
}
