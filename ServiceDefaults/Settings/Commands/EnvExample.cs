using System.Text;
using ServiceDefaults.Settings.Schema;

namespace ServiceDefaults.Settings.Commands;

/// <summary>Renders <c>.env.example</c> from the schema (S-013): every key with its comment and default, no usable secret.</summary>
internal static class EnvExample
{
    private const int Width = 110;

    private static readonly string[] Introduction =
    [
        "Every setting of the MCP platform with its default. Generated: `McpGateway config env-example`.",
        "Copy it, change what differs, and let MCP_CONFIG_PATH name the copy, or export the variables themselves.",
        "An empty value means not set; an empty list is written []. Lists are JSON arrays or text with commas.",
        "Every KEY can also be given as KEY_FILE: the path of a file that holds the value. Secrets are made by",
        "`McpGateway generate-secrets`. Nothing is expanded: $(…) and ${…} stay text and are refused in secrets.",
    ];

    public static string Render(SettingsSchema schema)
    {
        var text = new StringBuilder();
        foreach (var line in Introduction)
        {
            text.Append("# ").Append(line).Append('\n');
        }

        foreach (var group in schema.Groups)
        {
            text.Append("\n# --- ").Append(group.Title).Append(" ---\n");
            foreach (var definition in group.Definitions)
            {
                Render(definition, text);
            }
        }

        return text.ToString();
    }

    /// <summary>Comments stand on lines of their own: systemd would take a trailing one as part of the value (D-02).</summary>
    private static void Render(SettingDefinition definition, StringBuilder text)
    {
        text.Append('\n');
        foreach (var line in Wrap(Comment(definition.Setting)))
        {
            text.Append("# ").Append(line).Append('\n');
        }

        text.Append(definition.Name).Append('=').Append(ExampleOf(definition)).Append('\n');
    }

    private static string Comment(SettingAttribute setting)
    {
        var notes = new List<string> { setting.Description };
        if (setting.Secret)
        {
            notes.Add("Secret.");
        }

        if (setting.Aliases.Length > 0)
        {
            notes.Add($"Also read as {string.Join(", ", setting.Aliases)}.");
        }

        if (setting.Yaml is { } path)
        {
            notes.Add($"In YAML: {path}.");
        }

        return string.Join(' ', notes);
    }

    private static string ExampleOf(SettingDefinition definition) =>
        definition.Setting.Example ?? (definition.IsKey ? "" : SettingText.Format(definition.Default));

    private static IEnumerable<string> Wrap(string text)
    {
        var line = new StringBuilder();
        foreach (var word in text.Split(' '))
        {
            if (line.Length > 0 && line.Length + word.Length >= Width)
            {
                yield return line.ToString();
                line.Clear();
            }

            line.Append(line.Length > 0 ? " " : "").Append(word);
        }

        yield return line.ToString();
    }
}
