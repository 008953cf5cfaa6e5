using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OpenTelemetry.Exporter;
using OpenTelemetry.Exporter.Prometheus;

namespace OpenTelemetry.Metrics;

/// <summary>Adds the exporter that waits to be scraped.</summary>
public static class PrometheusExporterMeterProviderBuilderExtensions
{
    public static MeterProviderBuilder AddPrometheusExporter(this MeterProviderBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);

        return builder.AddReader(provider => new BaseExportingMetricReader(
            new PrometheusExporter(provider.GetRequiredService<IOptions<PrometheusAspNetCoreOptions>>().Value))
        {
            TemporalityPreference = MetricReaderTemporalityPreference.Cumulative,
        });
    }

    public static MeterProviderBuilder AddPrometheusExporter(
        this MeterProviderBuilder builder, Action<PrometheusAspNetCoreOptions> configure) =>
        builder.ConfigureServices(services => services.Configure(configure)).AddPrometheusExporter();
}
