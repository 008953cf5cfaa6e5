namespace ServiceDefaults.Settings;

/// <summary>What an operator should know about settings that were accepted; logged once the host has started.</summary>
public sealed record SettingsLoadReport(IReadOnlyList<SettingWarning> Warnings);

/// <summary>One remark about a setting; never with a secret's value.</summary>
public sealed record SettingWarning(SettingWarningKind Kind, string Key, string Source, string Message);

/// <summary>Which remark a <see cref="SettingWarning"/> is.</summary>
public enum SettingWarningKind
{
    /// <summary>No setting has this name.</summary>
    Unknown,

    /// <summary>A secret was made up, which only the development environment allows.</summary>
    DevelopmentSecret,

    /// <summary>The value is set twice in one layer, and this one does not count.</summary>
    Ignored,

    /// <summary>The setting is known, and this version does not act on it.</summary>
    WithoutEffect,

    /// <summary>A necessary value is missing and a development default stands in for it.</summary>
    DevelopmentDefault,
}
