namespace McpGateway.Envelope;

/// <summary>Marks the endpoints whose requests are MCP calls; the steps of the pipeline look for it.</summary>
internal sealed class McpRoute
{
    public static McpRoute Metadata { get; } = new();

    public static bool Matches(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<McpRoute>() is not null;
}
