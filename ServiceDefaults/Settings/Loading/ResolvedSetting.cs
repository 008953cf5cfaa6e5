using ServiceDefaults.Settings.Schema;

namespace ServiceDefaults.Settings.Loading;

/// <summary>A setting's effective value and where it comes from.</summary>
internal sealed record ResolvedSetting(SettingDefinition Definition, object? Value, string Source, string? File = null)
{
    public const string DefaultSource = "default";

    public string Name => Definition.Name;

    public string Text => SettingText.Format(Value);

    public bool IsSet => Text.Length > 0;
}
