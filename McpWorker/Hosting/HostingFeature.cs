using McpWorker.Hosting.Processes;
using McpWorker.Hosting.Sandboxes;
using McpWorker.Servers;

namespace McpWorker.Hosting;

/// <summary>MCP servers as processes of the worker: started, kept apart, held to their bounds, ended.</summary>
internal static class HostingFeature
{
    public static void AddHosting(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<IServerLinks, HostedServerLinks>();
        builder.Services.AddSingleton<HostedServerWatch>();
        builder.Services.AddSingleton<HostedServerMetrics>();
        builder.Services.AddSingleton<WorkerProtection>();
        builder.Services.AddSingleton<Watchdog>();

        builder.Services.AddSingleton<SandboxChoice>();
        builder.Services.AddSingleton<BwrapSandbox>();
        builder.Services.AddSingleton<UidSandbox>();
        builder.Services.AddSingleton<BareSandbox>();
        builder.Services.AddSingleton<PrivateFolders>();
        builder.Services.AddSingleton<HiddenPaths>();
    }
}
