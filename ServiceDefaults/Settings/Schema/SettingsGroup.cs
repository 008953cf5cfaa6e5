using System.Reflection;

namespace ServiceDefaults.Settings.Schema;

/// <summary>The settings of one options class, in the order of its properties.</summary>
internal sealed record SettingsGroup(Type OptionsType, string Title, int Order, IReadOnlyList<SettingDefinition> Definitions)
{
    public static SettingsGroup Of(Type optionsType)
    {
        var defaults = Activator.CreateInstance(optionsType)!;
        var definitions = optionsType.GetProperties()
            .OrderBy(property => property.MetadataToken)
            .Select(property => (property, setting: property.GetCustomAttribute<SettingAttribute>()))
            .Where(pair => pair.setting is not null)
            .Select(pair => new SettingDefinition(pair.property, pair.setting!, pair.property.GetValue(defaults)))
            .ToArray();

        var heading = optionsType.GetCustomAttribute<SettingsGroupAttribute>();
        return new SettingsGroup(optionsType, heading?.Title ?? optionsType.Name, heading?.Order ?? int.MaxValue, definitions);
    }
}
