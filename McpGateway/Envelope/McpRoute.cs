namespace McpGateway.Envelope;

/// <summary>Marks the endpoints whose requests are MCP calls; the steps of the pipeline look for it.</summary>
internal sealed class McpRoute
{
    public const string ServerParameter = "server";

    public static McpRoute Metadata { get; } = new();

    public static bool Matches(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<McpRoute>() is not null;

    /// <summary>The one server a request is for; null on the federated endpoint.</summary>
    public static string? ServerOf(HttpContext context) => context.Request.RouteValues[ServerParameter] as string;
}
