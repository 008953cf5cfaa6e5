using System.Text.Json;
using McpGateway.Authentication;

namespace McpGateway.Status;

/// <summary>How the platform is, for people and dashboards.</summary>
internal static class StatusFeature
{
    private const string HealthPath = "/api/v1/mcp/health";

    private const string Health = "/health";

    public static void AddStatus(this WebApplicationBuilder builder) =>
        builder.Services.ConfigureHttpJsonOptions(options => options.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower);

    /// <summary>Answers <see cref="HealthPath"/> as <c>/health</c>. Before routing, so that both are one endpoint.</summary>
    public static void UseHealthAlias(this WebApplication app)
    {
        app.Use(static (context, next) =>
        {
            if (context.Request.Path.Equals(HealthPath, StringComparison.OrdinalIgnoreCase))
            {
                context.Request.Path = Health;
            }

            return next(context);
        });
        app.UseRouting();
    }

    public static void MapStatus(this WebApplication app) =>
        app.MapGet("/api/v1/mcp/status", StatusEndpoints.Show)
            .WithMetadata(OptionalCaller.Metadata)
            .WithName("Status")
            .WithSummary("Version and state; to a known caller also the instances and their memory");
}
