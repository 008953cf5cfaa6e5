using System.Text;
using ServiceDefaults.Settings.Schema;

namespace ServiceDefaults.Settings.Commands;

/// <summary>Renders <c>.env.example</c> from the schema (S-013): every key with its comment and default, no usable secret.</summary>
internal static class EnvExample
{
    private const int Width = 110;

    private const string Introduction =
        """
        # Every setting of the MCP platform with its default. Generated: `McpGateway config env-example`.
        # Copy it, change what differs, and let MCP_CONFIG_PATH name the copy, or export the variables themselves.
        # An empty value means not set; an empty list is written []. Lists are JSON arrays or text with commas.
        # Every KEY can also be given as KEY_FILE: the path of a file that holds the value (KEY wins over KEY_FILE in one place).
        # Secrets are made by `McpGateway generate-secrets`. Nothing is expanded: $(…) and ${…} stay text, refused in secrets.
        # Order, the last wins: defaults, configs/config.yaml, configs/{env}.yaml, configs/config.local.yaml, the file at
        # MCP_CONFIG_PATH, the process environment, the command line (--KEY=value).

        """;

    private const string DeploymentIntroduction =
        """
        # Environment of a single gateway process: /etc/mcp-server/mcp.env, mode 0640, owned by root and the service account.
        # Generated: `McpGateway config env-example --deployment`.
        # systemd reads it with EnvironmentFile=, Docker with env_file:, and the service itself with MCP_CONFIG_PATH.
        # Comments stand on lines of their own, because systemd takes a trailing one as part of the value. Nothing is expanded:
        # "$(openssl rand -base64 32)" would be the same secret everywhere, so a service refuses it.
        # In production set at least MCP_ENV, MCP_DATABASE_URL, MCP_JWT_SECRET, MCP_API_KEY_SALT and MCP_INTERNAL_SECRET.
        # An empty value means not set; an empty list is written [].

        # Ceiling of the managed heap in hexadecimal bytes: 0x80000000 = 2 GiB, for a single process (the sources' 2048 MB).
        # The two DOTNET_ variables work only where systemd or Docker read this file: MCP_CONFIG_PATH is read when the runtime
        # already runs.
        DOTNET_GCHeapHardLimit=0x80000000

        # Generation 0 budget in hexadecimal bytes: 0x8000000 = 128 MiB. It is .NET's analogue of V8's semi-space
        # (max-semi-space-size=128): larger means fewer, longer young collections.
        DOTNET_GCgen0size=0x8000000

        """;

    /// <param name="forDeployment">The file for systemd and Docker, which also read what the runtime itself understands.</param>
    public static string Render(SettingsSchema schema, bool forDeployment)
    {
        var text = new StringBuilder(forDeployment ? DeploymentIntroduction : Introduction);

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
        if (setting.Reserved)
        {
            notes.Add("Accepted; has no effect in this version.");
        }

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
