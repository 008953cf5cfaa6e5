namespace ServiceDefaults.Settings.Loading;

/// <summary>What a reload must not change, because the running service was built on it.</summary>
/// <param name="Environment">Name of the environment: it chose the files, the strictness about secrets and the host's own behaviour.</param>
/// <param name="Folder">Folder of the YAML files; null: there is none. Were it looked for again, another one might be found when it vanishes.</param>
internal sealed record SettingsPin(string Environment, string? Folder);
