using ModelContextProtocol.Server;

namespace McpWorker.Tools;

/// <summary>Where a tool comes from; carried as metadata by each tool under each of its names.</summary>
/// <param name="Server">Module or upstream server.</param>
/// <param name="Name">The tool's own name there.</param>
/// <param name="FederatedName">Its name on <c>/mcp</c>; metrics and spans use it wherever the tool was called.</param>
/// <param name="Version">Version of the module; empty where it is unknown.</param>
internal sealed record ToolAddress(string Server, string Name, string FederatedName, string Version)
{
    public static ToolAddress? Of(IMcpServerPrimitive? primitive) => primitive?.Metadata.OfType<ToolAddress>().FirstOrDefault();
}
