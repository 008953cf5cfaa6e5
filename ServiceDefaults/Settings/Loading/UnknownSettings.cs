using ServiceDefaults.Settings.Layers;
using ServiceDefaults.Settings.Schema;

namespace ServiceDefaults.Settings.Loading;

/// <summary>Warns of names nobody reads: a misspelt setting otherwise fails by doing nothing.</summary>
internal sealed class UnknownSettings(SettingsSchema schema, SettingProblems problems)
{
    /// <summary>systemd and Docker read the same file for the process, so what the runtime understands may stand in it.</summary>
    private static readonly string[] RuntimePrefixes = ["DOTNET_", "ASPNETCORE_", "OTEL_"];

    public void Report(SettingsLayers layers)
    {
        foreach (var layer in layers.StrongestFirst)
        {
            foreach (var (key, raw) in layer.Values)
            {
                if (layer.Kind == SettingsLayerKind.Yaml)
                {
                    if (!schema.KnowsYaml(key))
                    {
                        Warn(key, raw, schema.YamlPaths);
                    }
                }
                else if (IsOurs(layer.Kind, key) && !schema.KnowsKey(key))
                {
                    Warn(key, raw, schema.Keys);
                }
            }
        }
    }

    /// <summary>The environment file is ours as a whole; process environment and command line are everybody's.</summary>
    private static bool IsOurs(SettingsLayerKind kind, string key) =>
        key.StartsWith("MCP_", StringComparison.OrdinalIgnoreCase)
        || (kind == SettingsLayerKind.EnvironmentFile
            && !key.Contains("__", StringComparison.Ordinal)
            && !RuntimePrefixes.Any(prefix => key.StartsWith(prefix, StringComparison.Ordinal)));

    private void Warn(string key, RawSetting raw, IEnumerable<string> known)
    {
        var hint = NearestName.Of(key, known) is { } nearest ? $" Did you mean {nearest}?" : "";
        problems.Warn(SettingWarningKind.Unknown, key, raw.Source, $"There is no setting {key}; it has no effect.{hint}");
    }
}
