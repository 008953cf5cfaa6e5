using ServiceDefaults.Settings;
using ServiceDefaults.Settings.Catalog;

namespace AppHost;

/// <summary>How many of each service to start (S-021, S-022).</summary>
internal sealed record PlatformSettings(int Workers, int Gateways);

internal static class PlatformSettingsExtensions
{
    /// <summary>Reads them by the same names, layers and bounds as the services read theirs.</summary>
    public static PlatformSettings AddPlatformSettings(this IDistributedApplicationBuilder builder)
    {
        var server = SettingsFeature.LoadForAppHost(builder.Configuration, builder.AppHostDirectory).Get<ServerOptions>();
        return new PlatformSettings(server.WorkerReplicas, server.Gateways);
    }
}
