using ServiceDefaults.Settings.Commands;

namespace ServiceDefaults.Settings;

/// <summary>The settings in force, for people: each with its value and source, secrets masked (S-058).</summary>
public static class EffectiveSettings
{
    /// <summary>The JSON document of <c>config show --json</c>.</summary>
    public static string Json(SettingsSnapshot snapshot) => SettingsRendering.Json(snapshot.Environment, SettingRow.Of(snapshot));
}
