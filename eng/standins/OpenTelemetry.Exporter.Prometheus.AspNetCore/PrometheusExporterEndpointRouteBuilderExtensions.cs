using Microsoft.AspNetCore.Routing;
using OpenTelemetry.Metrics;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Answers scrapes at a route.</summary>
public static class PrometheusExporterEndpointRouteBuilderExtensions
{
    public static IEndpointConventionBuilder MapPrometheusScrapingEndpoint(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapPrometheusScrapingEndpoint(null, null, null, null);

    public static IEndpointConventionBuilder MapPrometheusScrapingEndpoint(this IEndpointRouteBuilder endpoints, string path) =>
        endpoints.MapPrometheusScrapingEndpoint(path, null, null, null);

    public static IEndpointConventionBuilder MapPrometheusScrapingEndpoint(
        this IEndpointRouteBuilder endpoints,
        string? path,
        MeterProvider? meterProvider,
        Action<IApplicationBuilder>? configureBranchedPipeline,
        string? optionsName)
    {
        ArgumentNullException.ThrowIfNull(endpoints);

        var pipeline = endpoints.CreateApplicationBuilder();
        pipeline.UseOpenTelemetryPrometheusScrapingEndpoint(meterProvider, _ => true, null, configureBranchedPipeline, optionsName);
        return endpoints
            .Map(PrometheusExporterApplicationBuilderExtensions.PathOrDefault(endpoints.ServiceProvider, path, optionsName), pipeline.Build())
            .WithDisplayName("Prometheus metrics");
    }
}
