using McpGateway.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using ServiceDefaults.Settings.Catalog;

namespace McpGateway.Administration;

/// <summary>What operators ask of a running gateway, each endpoint behind a permission of its own.</summary>
internal static class AdministrationFeature
{
    private const string Root = "/api/v1/mcp/admin";
    private const string MetricsPath = "/api/v1/mcp/metrics";

    public static void MapAdministration(this WebApplication app)
    {
        var admin = app.MapGroup(Root);
        admin.MapGet("/config", ConfigEndpoint.Show)
            .RequirePermission("admin:config:read")
            .WithName("Config")
            .WithSummary("Every setting in force, its value and where it comes from; secrets masked");
        admin.MapGet("/targets", TargetsEndpoint.List)
            .RequirePermission("admin:metrics:read")
            .WithName("Targets")
            .WithSummary("Metrics endpoints of all instances, for Prometheus' http_sd_configs");
        admin.MapPost("/cache/clear", CacheEndpoints.ClearAsync)
            .RequirePermission("admin:cache:write")
            .WithName("ClearCache")
            .WithSummary("Forgets every tool result the workers keep, in their memory and in Redis");
        admin.MapPost("/drain", DrainEndpoints.Drain)
            .RequirePermission("admin:drain:write")
            .WithName("Drain")
            .WithSummary("Takes this gateway out of rotation: not ready, but finishing what it has");
        admin.MapDelete("/drain", DrainEndpoints.Resume)
            .RequirePermission("admin:drain:write")
            .WithName("Resume")
            .WithSummary("Puts this gateway back into rotation");

        app.MapMetrics();
    }

    /// <summary>The text of this instance's metrics port, for those who cannot reach that port (S-177).</summary>
    private static void MapMetrics(this WebApplication app)
    {
        var options = app.Services.GetRequiredService<IOptions<MetricsOptions>>().Value;
        var metrics = options.Enabled && options.MonitoringEnabled
            ? app.MapGet(MetricsPath, Scraping(app))
            : app.MapGet(MetricsPath, MetricsOff);
        metrics
            .RequirePermission("admin:metrics:read")
            .WithName("Metrics")
            .WithSummary("This instance's metrics, as on its metrics port");
    }

    private static RequestDelegate Scraping(IEndpointRouteBuilder routes)
    {
        var branch = routes.CreateApplicationBuilder();
        branch.UseOpenTelemetryPrometheusScrapingEndpoint(MetricsPath);
        return branch.Build();
    }

    private static ProblemHttpResult MetricsOff() => TypedResults.Problem(
        "Metrics are off here. MCP_METRICS_ENABLED and monitoring.enabled turn them on; both need a restart.",
        statusCode: StatusCodes.Status404NotFound);
}
