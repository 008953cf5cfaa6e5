using ServiceDefaults.Logging.Redaction;

namespace ServiceDefaults.Settings.Commands;

/// <summary>One line of <c>config show</c>.</summary>
/// <param name="Value">What may be shown of the value: <c>***</c> for a secret.</param>
/// <param name="Length">Characters of a secret that is set.</param>
/// <param name="Pending">What the files say and a restart would put in force; else null.</param>
internal sealed record SettingRow(string Key, string Value, string Source, bool IsSecret, int? Length, bool HotReload, PendingSetting? Pending, string Description)
{
    private const string Hidden = "***";

    public string Shown => !IsSecret ? Value : Length is { } length ? $"{Hidden} (set, {length} characters)" : $"{Hidden} (not set)";

    public static IReadOnlyList<SettingRow> Of(SettingsSnapshot snapshot) =>
    [
        .. snapshot.Settings.Select(setting =>
        {
            var about = setting.Definition.Setting;
            return new SettingRow(
                setting.Name, about.Secret ? Hidden : about.IsMap ? SecretText.Redact(setting.Text) : setting.Text, setting.Source, about.Secret,
                about.Secret && setting.IsSet ? setting.Text.Length : null, about.HotReload,
                snapshot.Pending.FirstOrDefault(pending => pending.Key == setting.Name), about.Description);
        }),
        .. snapshot.Connections.Select(connection => new SettingRow(
            connection.Key, connection.Display, connection.Source, IsSecret: false, Length: null, HotReload: false, Pending: null,
            "Connection string in effect, passwords hidden.")),
    ];
}
