using ServiceDefaults.Settings.Layers;
using ServiceDefaults.Settings.Schema;

namespace ServiceDefaults.Settings.Loading;

/// <summary>Warns of names nobody reads: a misspelt setting otherwise fails by doing nothing.</summary>
internal sealed class UnknownSettings(SettingsSchema schema, SettingProblems problems)
{
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
                else if (key.StartsWith("MCP_", StringComparison.OrdinalIgnoreCase) && !schema.KnowsKey(key))
                {
                    Warn(key, raw, schema.Definitions.Select(definition => definition.Name));
                }
            }
        }
    }

    private void Warn(string key, RawSetting raw, IEnumerable<string> known)
    {
        var hint = NearestName.Of(key, known) is { } nearest ? $" Did you mean {nearest}?" : "";
        problems.Warn(SettingWarningKind.Unknown, key, raw.Source, $"There is no setting {key}; it has no effect.{hint}");
    }
}
