using ServiceDefaults.Health;
using ServiceDefaults.Settings;

namespace McpWorker.Servers;

/// <summary>Other MCP servers, started by this worker or reached over HTTP, served beside the modules.</summary>
internal static class ServersFeature
{
    public static void AddServers(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<SuspendedCalls>();
        builder.Services.AddSingleton<ServerCalls>();
        builder.Services.AddSingleton<ServerParts>();
        builder.Services.AddSingleton<ConfiguredServers>();
        builder.Services.AddSingleton<ServersHost>();
        builder.Services.AddSingleton<ISettingsObserver>(services => services.GetRequiredService<ServersHost>());
        builder.Services.AddHostedService(services => services.GetRequiredService<ServersHost>());
        builder.Services.AddHealthChecks().AddCheck<ServersHealthCheck>("servers", tags: [HealthTags.Module]);
    }
}
