using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Resources;
using ServiceDefaults.Instances;
using ServiceDefaults.Listeners;
using ServiceDefaults.Logging;
using ServiceDefaults.Telemetry.Metrics;
using ServiceDefaults.Telemetry.Otlp;
using ServiceDefaults.Telemetry.Tracing;

namespace ServiceDefaults.Telemetry;

/// <summary>
/// Metrics for Prometheus always; traces, metrics and logs by OTLP when OTEL_EXPORTER_OTLP_ENDPOINT says where to. All other
/// OTEL_* variables of the specification count too.
/// </summary>
internal static class TelemetryFeature
{
    public static void AddTelemetry(this WebApplicationBuilder builder, ServiceIdentity identity, ListenPlan plan)
    {
        builder.Services.AddHostedService<TelemetryStart>();
        builder.Services.TryAddSingleton<InstanceIdentity>();

        var telemetry = new OpenTelemetryServices(builder.Services);
        telemetry.ConfigureResource(resource => Describe(resource, identity));
        telemetry.AddPlatformMetrics(plan);

        if (OtlpSettings.Read(builder.Configuration) is not { } otlp)
        {
            return;
        }

        // Spans cost something even when nobody collects them, so there are none without a collector.
        telemetry.AddPlatformTracing(identity, builder.Configuration);
        telemetry.WithLogging(logs => logs.Redact(), logs => logs.IncludeFormattedMessage = true);
        telemetry.AddOtlpExport(otlp);
    }

    /// <summary>The environment last: OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES win.</summary>
    private static void Describe(ResourceBuilder resource, ServiceIdentity identity) => resource
        .Clear()
        .AddTelemetrySdk()
        .AddService($"mcp-{identity.Name}", serviceVersion: ProductVersion.Current, autoGenerateServiceInstanceId: false)
        .AddDetector(services => new InstanceResource(services!.GetRequiredService<InstanceIdentity>()))
        .AddEnvironmentVariableDetector();
}
