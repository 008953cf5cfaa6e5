using McpWorker.Servers;

namespace McpWorker.Upstreams;

/// <summary>Other MCP servers, reached over HTTP and served beside the modules.</summary>
internal static class UpstreamsFeature
{
    public static void AddUpstreams(this WebApplicationBuilder builder) => builder.Services.AddSingleton<IServerLinks, UpstreamLinks>();
}
