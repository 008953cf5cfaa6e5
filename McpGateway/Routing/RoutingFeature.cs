using McpGateway.Envelope;
using McpGateway.Forwarding;
using ServiceDefaults.Health;

namespace McpGateway.Routing;

/// <summary>Which paths are MCP, and which worker instance answers a call on them.</summary>
internal static class RoutingFeature
{
    public static void AddRouting(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<WorkerSeeds>();
        builder.Services.AddSingleton<WorkerPool>();
        builder.Services.AddHealthChecks().AddCheck<WorkersCheck>("workers", tags: [HealthTags.Dependency]);
    }

    /// <summary>The federated endpoint under both its names, and each server's own.</summary>
    public static void MapMcp(this WebApplication app)
    {
        string[] methods = [HttpMethods.Post, HttpMethods.Get, HttpMethods.Delete];
        foreach (var pattern in (ReadOnlySpan<string>)["/mcp", "/api/v1/mcp", $"/mcp/{{{McpRoute.ServerParameter}:regex(^[a-z0-9-]{{{{1,24}}}}$)}}"])
        {
            app.MapMethods(pattern, methods, Forwarder.ForwardAsync).WithMetadata(McpRoute.Metadata);
        }
    }
}
