using System.ComponentModel;
using McpModules;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

#pragma warning disable MCP9005 // deprecated in 2026-07-28, and still spoken

namespace McpWorker.Diagnostics;

/// <summary>What a request must carry besides its arguments.</summary>
[McpServerToolType]
internal static class HeaderTools
{
    [McpServerTool(Name = "test_mirrored_headers", ReadOnly = true), Description("Returns what its arguments and the headers that repeat them say.")]
    public static string Mirrored(
        [MirroredHeader("Region"), Description("Repeated as Mcp-Param-Region.")] string region,
        [MirroredHeader("Priority"), Description("Repeated as Mcp-Param-Priority.")] int? priority = null) =>
        $"region={region}, priority={priority}";

    [McpServerTool(Name = "test_missing_capability", ReadOnly = true), Description("Serves clients that can sample.")]
    public static string NeedSampling(RequestContext<CallToolRequestParams> request) =>
        Question.CapabilitiesOf(request)?.Sampling is not null
            ? "The client can sample."
            : throw new ModelContextProtocol.MissingRequiredClientCapabilityException(new ClientCapabilities { Sampling = new SamplingCapability() });
}
