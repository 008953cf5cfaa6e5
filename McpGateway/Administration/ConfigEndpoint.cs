using Microsoft.AspNetCore.Http.HttpResults;
using ServiceDefaults.Settings;

namespace McpGateway.Administration;

internal static class ConfigEndpoint
{
    /// <summary>Like <c>config show --json</c>, of the running process (S-058).</summary>
    public static ContentHttpResult Show(SettingsStore settings) =>
        TypedResults.Text(EffectiveSettings.Json(settings.Current), "application/json");
}
