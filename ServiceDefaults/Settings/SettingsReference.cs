using System.Text.Json.Nodes;
using ServiceDefaults.Settings.Commands;
using ServiceDefaults.Settings.Schema;

namespace ServiceDefaults.Settings;

/// <summary>The catalog of settings as documents: no value that is in force, only what there is to set.</summary>
public static class SettingsReference
{
    /// <summary>docs/CONFIGURATION.md.</summary>
    public static string Page { get; } = SettingsPage.Render(SettingsSchema.Product);

    /// <summary>A JSON Schema of an object that holds the settings by their names.</summary>
    public static string Schema { get; } = Render();

    private static string Render()
    {
        var properties = new JsonObject();
        foreach (var definition in SettingsSchema.Product.Groups.SelectMany(group => group.Definitions))
        {
            var property = new JsonObject
            {
                ["type"] = TypeOf(definition.Property.PropertyType),
                ["description"] = definition.Setting.Description,
                ["x-accepts"] = definition.Accepts,
                ["x-hot-reload"] = definition.Setting.HotReload,
            };
            if (definition.Setting.Secret)
            {
                property["writeOnly"] = true;
            }
            else
            {
                property["default"] = DefaultOf(definition);
            }

            properties[definition.Name] = property;
        }

        var schema = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = "Settings of the MCP platform",
            ["type"] = "object",
            ["properties"] = properties,
        };
        return schema.ToJsonString(SettingsJson.RelaxedIndented);
    }

    private static JsonNode? DefaultOf(SettingDefinition definition) => definition.Default switch
    {
        null => null,
        bool flag => flag,
        int number => number,
        long number => number,
        double number => number,
        IEnumerable<string> list => new JsonArray([.. list.Select(item => JsonValue.Create(item))]),
        var other => SettingText.Format(other),
    };

    private static string TypeOf(Type type) => (Nullable.GetUnderlyingType(type) ?? type) switch
    {
        var each when each == typeof(bool) => "boolean",
        var each when each == typeof(int) || each == typeof(long) => "integer",
        var each when each == typeof(double) => "number",
        var each when each != typeof(string) && typeof(IEnumerable<string>).IsAssignableFrom(each) => "array",
        _ => "string",
    };
}
