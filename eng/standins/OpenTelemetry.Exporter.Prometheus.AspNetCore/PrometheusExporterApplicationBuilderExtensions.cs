using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Exporter.Prometheus;
using OpenTelemetry.Metrics;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Answers scrapes in a branch of the pipeline.</summary>
public static class PrometheusExporterApplicationBuilderExtensions
{
    public static IApplicationBuilder UseOpenTelemetryPrometheusScrapingEndpoint(this IApplicationBuilder app, string path)
    {
        ArgumentNullException.ThrowIfNull(app);

        var exporter = PrometheusExporter.Of(app.ApplicationServices.GetRequiredService<MeterProvider>());
        return app.Map(path.StartsWith('/') ? path : $"/{path}", branch => branch.Run(new ScrapeEndpoint(exporter).InvokeAsync));
    }
}
