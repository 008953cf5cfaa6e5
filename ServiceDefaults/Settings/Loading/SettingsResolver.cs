using ServiceDefaults.Settings.Layers;
using ServiceDefaults.Settings.Schema;
using ServiceDefaults.Settings.Servers;

namespace ServiceDefaults.Settings.Loading;

/// <summary>Finds the text that counts for one setting.</summary>
internal sealed class SettingsResolver(SettingsLayers layers, SettingsFiles files, SettingProblems problems, SettingUsers users)
{
    /// <summary>Null: nobody sets it, or what sets it cannot be read, which is then among the problems.</summary>
    public RawSetting? Find(SettingDefinition definition)
    {
        if (definition.Name == "MCP_ENV")
        {
            return layers.Choice.IsChosen ? layers.Choice.Raw : null;
        }

        // The MCP_ name, in whatever layer, wins over an alias in a stronger one (S-051); YAML takes part by its layer.
        return Find(definition, OwnNames) ?? Find(definition, OtherNames);
    }

    /// <summary>What is written of a map, by path below it: under its own name, which takes the place of all YAML, or in the YAML layers together.</summary>
    public IReadOnlyDictionary<string, RawSetting> FindMap(SettingDefinition definition)
    {
        if (Find(definition, OwnNames) is not { Text.Length: > 0 } raw)
        {
            return ServerLeaves.OfYaml(definition.Setting.Yaml!, layers.StrongestFirst.Reverse());
        }

        var leaves = ServerLeaves.OfJson(raw);
        if (leaves is null)
        {
            problems.Refuse(definition.Name, "is not one JSON object with each name once", raw.Source,
                definition.Name + """: write {"orders": {"url": "https://orders.example.com/mcp"}}.""");
        }

        return leaves ?? [];
    }

    private RawSetting? Find(SettingDefinition definition, Func<SettingDefinition, SettingsLayer, RawSetting?> find)
    {
        foreach (var layer in layers.StrongestFirst)
        {
            if (find(definition, layer) is { } raw)
            {
                if (!raw.IsMalformed)
                {
                    return raw;
                }

                problems.Refuse(definition, "is neither a value nor a list of values", raw.Source);
                return null;
            }
        }

        return null;
    }

    private RawSetting? OwnNames(SettingDefinition definition, SettingsLayer layer)
    {
        if (layer.Kind == SettingsLayerKind.Yaml)
        {
            return null;
        }

        var option = layer.Kind == SettingsLayerKind.CommandLine && definition.Setting.Option is { } name ? layer.Find(name) : null;
        var direct = option ?? layer.Find(definition.Name);
        var file = layer.Find(definition.FileKey);
        if (direct is null)
        {
            return file is null ? null : ReadFile(definition, file);
        }

        if (file is not null)
        {
            problems.Warn(SettingWarningKind.Ignored, definition.FileKey, file.Source, $"{definition.FileKey} is ignored: {definition.Name} is set in the same place and wins.");
        }

        return direct;
    }

    private RawSetting? OtherNames(SettingDefinition definition, SettingsLayer layer) =>
        layer.Kind == SettingsLayerKind.Yaml
            ? FindYaml(definition.Setting, layer)
            : definition.Setting.Aliases.Select(layer.Find).FirstOrDefault(raw => raw is not null) is { } alias
                ? alias with { IsSharedAlias = definition.Setting.AliasesAreShared }
                : null;

    private RawSetting? FindYaml(SettingAttribute setting, SettingsLayer layer) =>
        setting.Yaml is { } path && (setting.YamlFor & users) != SettingUsers.None ? layer.Find(path) : null;

    private RawSetting ReadFile(SettingDefinition definition, RawSetting file)
    {
        try
        {
            return new RawSetting(SecretFile.Read(file.Text, files), $"file {file.Text} ({file.Source})", File: file.Text);
        }
        catch (SettingsFileException exception)
        {
            problems.Refuse(definition.Name, $"cannot be taken from the file {definition.FileKey} names: {exception.Place} {exception.Problem}", file.Source, $"Mend the file, or set {definition.Name} itself.");
            return new RawSetting("", file.Source);
        }
    }
}
