namespace McpWorker.Servers;

/// <summary>Other MCP servers, started by this worker or reached over HTTP, served beside the modules.</summary>
internal static class ServersFeature
{
    public static void AddServers(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<SuspendedCalls>();
        builder.Services.AddSingleton<ServerCalls>();
        builder.Services.AddHostedService<ServersHost>();
    }
}
