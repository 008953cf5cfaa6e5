using ServiceDefaults.Settings.Layers;
using ServiceDefaults.Settings.Schema;

namespace ServiceDefaults.Settings.Loading;

/// <summary>Warns of names nobody reads: a misspelt setting otherwise fails by doing nothing. Refuses what has the wrong shape.</summary>
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
                    if (!schema.KnowsYaml(key) && !RefuseShape(key, raw))
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

    /// <summary>
    /// A value where a group belongs, or a group where a value belongs: left as a remark, it would put the group's settings back
    /// to their defaults, and some of those are stricter or looser than what was meant.
    /// </summary>
    private bool RefuseShape(string key, RawSetting raw)
    {
        var problem = schema.YamlPaths.Any(path => path.StartsWith(key + ".", StringComparison.Ordinal)) && raw.Text.Length > 0
            ? "holds a value, but is a group of settings"
            : schema.YamlPaths.FirstOrDefault(path => key.StartsWith(path + ".", StringComparison.Ordinal)) is { } above
                ? $"is below {above}, which is a setting and has nothing below it" : null;
        if (problem is not null)
        {
            problems.Refuse(key, problem, raw.Source, "Mend the file at this place; indentation is by spaces.");
        }

        return problem is not null;
    }

    private void Warn(string key, RawSetting raw, IEnumerable<string> known)
    {
        var hint = NearestName.Of(key, known) is { } nearest ? $" Did you mean {nearest}?" : "";
        problems.Warn(SettingWarningKind.Unknown, key, raw.Source, $"There is no setting {key}; it has no effect.{hint}");
    }
}
