using ServiceDefaults.Settings.Schema;

namespace ServiceDefaults.Settings.Loading;

/// <summary>A setting's effective value and where it comes from.</summary>
internal sealed record ResolvedSetting(SettingDefinition Definition, object? Value, string Source, string? File = null)
{
    public const string DefaultSource = "default";

    /// <summary>Source of a development secret that no other process has.</summary>
    public const string RandomSource = "random for this process";

    public string Name => Definition.Name;

    public string Text => SettingText.Format(Value);

    public bool IsSet => Text.Length > 0;

    /// <summary>Whether a service built on the one would notice the other. Each load makes up another random secret; the first one counts.</summary>
    public bool SameAs(ResolvedSetting other) => Text == other.Text || (Source == RandomSource && other.Source == RandomSource);

    /// <summary>Whether one of these services reads it. What only the AppHost reads, the gateway speaks for: the AppHost does not watch.</summary>
    public bool Concerns(SettingUsers users)
    {
        var services = Definition.Setting.UsedBy & SettingUsers.All;
        return services == SettingUsers.None ? users.HasFlag(SettingUsers.Gateway) : (services & users) != SettingUsers.None;
    }
}
