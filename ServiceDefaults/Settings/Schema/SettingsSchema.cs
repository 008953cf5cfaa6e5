using System.Reflection;

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

    public IEnumerable<string> YamlPaths => _byYaml.Keys;

    public SettingDefinition this[string name] => _byKey[name];

    /// <summary>True for names, aliases and <c>KEY_FILE</c>.</summary>
    public bool KnowsKey(string key) =>
        _byKey.ContainsKey(key)
        || (key.EndsWith("_FILE", StringComparison.OrdinalIgnoreCase) && _byKey.ContainsKey(key[..^"_FILE".Length]));

    public bool KnowsYaml(string path) => _byYaml.ContainsKey(path);

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
