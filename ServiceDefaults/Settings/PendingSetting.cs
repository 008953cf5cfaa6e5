namespace ServiceDefaults.Settings;

/// <summary>A setting whose files say something else than what is in force, until a restart (S-050).</summary>
/// <param name="Value">What the restart will put in force; null for a secret.</param>
/// <param name="Source">Where it was changed.</param>
public sealed record PendingSetting(string Key, string? Value, string Source);
