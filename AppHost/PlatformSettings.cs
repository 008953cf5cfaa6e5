using ServiceDefaults;
using ServiceDefaults.Settings;
using ServiceDefaults.Settings.Catalog;

namespace AppHost;

/// <summary>How many of each service to start (S-021, S-022), and where the gateway listens.</summary>
internal sealed record PlatformSettings(int Workers, int Gateways, int GatewayPort, int MetricsPort);

internal static class PlatformSettingsExtensions
{
    /// <summary>Reads them by the same names, layers and bounds as the services read theirs.</summary>
    public static PlatformSettings AddPlatformSettings(this IDistributedApplicationBuilder builder)
    {
        var settings = SettingsFeature.LoadForAppHost(builder.Configuration, builder.AppHostDirectory);
        var server = settings.Get<ServerOptions>();
        var gateway = ServiceIdentity.Gateway;

        // What is published does not depend on the publisher's environment.
        var isLocal = builder.ExecutionContext.IsRunMode;
        return new PlatformSettings(
            server.WorkerReplicas,
            server.Gateways,
            isLocal && server.Port > 0 ? server.Port : gateway.DefaultPort,
            isLocal && settings.Get<MetricsOptions>().Port is > 0 and var port ? port : gateway.DefaultMetricsPort);
    }
}
