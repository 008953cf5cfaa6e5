namespace ServiceDefaults.Settings;

/// <summary>What a reload changed. Names of settings only: values may be secret.</summary>
/// <param name="Applied">In force now.</param>
/// <param name="NeedRestart">Changed in the files; their old values stay in force until a restart (S-050).</param>
public sealed record SettingsChange(IReadOnlyList<string> Applied, IReadOnlyList<string> NeedRestart);
