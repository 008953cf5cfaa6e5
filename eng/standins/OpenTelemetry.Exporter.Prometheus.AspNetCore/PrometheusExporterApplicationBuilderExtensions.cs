using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OpenTelemetry.Exporter;
using OpenTelemetry.Exporter.Prometheus;
using OpenTelemetry.Metrics;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Answers scrapes in a branch of the pipeline.</summary>
public static class PrometheusExporterApplicationBuilderExtensions
{
    public static IApplicationBuilder UseOpenTelemetryPrometheusScrapingEndpoint(this IApplicationBuilder app) =>
        app.UseOpenTelemetryPrometheusScrapingEndpoint(null, null, null, null, null);

    public static IApplicationBuilder UseOpenTelemetryPrometheusScrapingEndpoint(this IApplicationBuilder app, string path) =>
        app.UseOpenTelemetryPrometheusScrapingEndpoint(null, null, path, null, null);

    public static IApplicationBuilder UseOpenTelemetryPrometheusScrapingEndpoint(
        this IApplicationBuilder app, Func<HttpContext, bool> predicate) =>
        app.UseOpenTelemetryPrometheusScrapingEndpoint(null, predicate, null, null, null);

    /// <summary>A predicate decides alone; the path counts only without one.</summary>
    public static IApplicationBuilder UseOpenTelemetryPrometheusScrapingEndpoint(
        this IApplicationBuilder app,
        MeterProvider? meterProvider,
        Func<HttpContext, bool>? predicate,
        string? path,
        Action<IApplicationBuilder>? configureBranchedPipeline,
        string? optionsName)
    {
        ArgumentNullException.ThrowIfNull(app);

        // The provider first: building it applies what AddPrometheusExporter configures.
        var exporter = PrometheusExporter.Of(meterProvider ?? app.ApplicationServices.GetRequiredService<MeterProvider>());
        return predicate is null
            ? app.Map(PathOrDefault(app.ApplicationServices, path, optionsName), Branch)
            : app.MapWhen(predicate, Branch);

        void Branch(IApplicationBuilder branch)
        {
            configureBranchedPipeline?.Invoke(branch);
            branch.Run(new ScrapeEndpoint(exporter).InvokeAsync);
        }
    }

    internal static string PathOrDefault(IServiceProvider services, string? path, string? optionsName)
    {
        path ??= services.GetRequiredService<IOptionsMonitor<PrometheusAspNetCoreOptions>>().Get(optionsName ?? Options.DefaultName).ScrapeEndpointPath
            ?? PrometheusAspNetCoreOptions.DefaultPath;
        return path.StartsWith('/') ? path : $"/{path}";
    }
}
