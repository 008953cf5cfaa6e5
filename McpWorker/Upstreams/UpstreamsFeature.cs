using McpWorker.Servers;

namespace McpWorker.Upstreams;

/// <summary>Other MCP servers, reached over HTTP and served beside the modules.</summary>
internal static class UpstreamsFeature
{
    public const string HttpClientName = "upstream-mcp";

    public static void AddUpstreams(this WebApplicationBuilder builder)
    {
        builder.Services.AddHttpClient(HttpClientName, http => http.Timeout = Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
            {
                // An upstream is the address the operator wrote, not one it sends us to.
                AllowAutoRedirect = false,
                UseCookies = false,
                UseProxy = false,
                ConnectTimeout = TimeSpan.FromSeconds(5),
                PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            });
        builder.Services.AddSingleton<IServerLinks, UpstreamLinks>();
    }
}
