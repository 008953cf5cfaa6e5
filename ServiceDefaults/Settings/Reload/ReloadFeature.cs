using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ServiceDefaults.Settings.Reload;

/// <summary>Follows the settings' files while the service runs: the whole of a change is put in force, or none of it (S-048 to S-050).</summary>
internal static class ReloadFeature
{
    public static void AddSettingsReload(this IServiceCollection services, SettingsOrigin origin)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(origin);
        services.AddSingleton<ReloadVetoes>();
        services.AddSingleton<SettingsReloader>();
        services.AddHostedService<SettingsWatcher>();
    }
}
