using System.Reflection;
using ServiceDefaults.Settings.Loading;

namespace ServiceDefaults.Settings.Schema;

/// <summary>
/// Every setting there is, collected from the options classes that carry <see cref="SettingAttribute"/>: the one place
/// binding, validation, aliases, <c>.env.example</c> and <c>config show</c> are derived from.
/// </summary>
internal sealed class SettingsSchema
{
    private readonly Dictionary<string, SettingDefinition> _byKey = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, SettingDefinition> _byYaml = new(StringComparer.Ordinal);

    private SettingsSchema(IEnumerable<Type> optionsClasses)
    {
        Groups = [.. optionsClasses.Select(SettingsGroup.Of).OrderBy(group => group.Order).ThenBy(group => group.Title, StringComparer.Ordinal)];

        foreach (var definition in Definitions)
        {
            Add(_byKey, definition.Name, definition);
            foreach (var alias in definition.Setting.Aliases)
            {
                Add(_byKey, alias, definition);
            }

            if (definition.Setting.Yaml is { } path)
            {
                Add(_byYaml, path, definition);
            }
        }
    }

    /// <summary>The settings of this product.</summary>
    public static SettingsSchema Product { get; } = new(typeof(SettingsSchema).Assembly.GetTypes().Where(HasSettings));

    public IReadOnlyList<SettingsGroup> Groups { get; }

    public IEnumerable<SettingDefinition> Definitions => Groups.SelectMany(group => group.Definitions);

    /// <summary>Names and aliases.</summary>
    public IEnumerable<string> Keys => _byKey.Keys;

    public IEnumerable<string> YamlPaths => _byYaml.Keys;

    public SettingDefinition this[string name] => _byKey[name];

    /// <summary>True for names, their <c>KEY_FILE</c>, and aliases.</summary>
    public bool KnowsKey(string key) =>
        _byKey.ContainsKey(key)
        || (key.EndsWith("_FILE", StringComparison.OrdinalIgnoreCase)
            && _byKey.TryGetValue(key[..^"_FILE".Length], out var definition)
            && definition.FileKey.Equals(key, StringComparison.OrdinalIgnoreCase));

    /// <summary>True for paths of settings, and for all below one that is a map.</summary>
    public bool KnowsYaml(string path) =>
        _byYaml.ContainsKey(path) || (path.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot && _byYaml.TryGetValue(path[..dot], out var map) && map.Setting.IsMap);

    /// <summary>The options classes, filled.</summary>
    public Dictionary<Type, object> Fill(IEnumerable<ResolvedSetting> settings)
    {
        var options = Groups.ToDictionary(group => group.OptionsType, group => Activator.CreateInstance(group.OptionsType)!);
        foreach (var setting in settings)
        {
            setting.Definition.Property.SetValue(options[setting.Definition.Property.DeclaringType!], setting.Value);
        }

        return options;
    }

    private static bool HasSettings(Type type) =>
        type is { IsClass: true, IsAbstract: false } && type.GetProperties().Any(property => property.IsDefined(typeof(SettingAttribute)));

    private static void Add(Dictionary<string, SettingDefinition> index, string key, SettingDefinition definition)
    {
        if (!index.TryAdd(key, definition))
        {
            throw new InvalidOperationException($"Two settings are called {key}: {index[key].Name} and {definition.Name}.");
        }
    }
}
