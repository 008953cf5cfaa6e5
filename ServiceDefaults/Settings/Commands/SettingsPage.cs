using System.Text;
using ServiceDefaults.Settings.Schema;
using ServiceDefaults.Settings.Servers;

namespace ServiceDefaults.Settings.Commands;

/// <summary>Renders <c>docs/CONFIGURATION.md</c> from the schema.</summary>
internal static class SettingsPage
{
    private const string Introduction =
        """
        # Settings

        Generated: `McpGateway docs settings > docs/CONFIGURATION.md`. What is in force on a machine, and where each value comes
        from, is printed by `McpGateway config show` (`McpWorker` and `BackupService` have the verb too); secrets are masked there.

        ## Where values come from

        Each place is stronger than those before it:

        1. the defaults below
        2. `configs/config.yaml`
        3. `configs/{environment}.yaml`, chosen by `MCP_ENV`
        4. `configs/config.local.yaml`, for what differs on this machine
        5. the file of `KEY=value` lines at `MCP_CONFIG_PATH`
        6. the process environment
        7. the command line: `--KEY=value`

        - `MCP_CONFIG_DIR` names another folder than `configs`.
        - Every key can be given as `KEY_FILE`, the path of a file that holds the value: a container secret, a systemd credential.
        - A key's own name wins over its other names, wherever they stand.
        - Lists are JSON arrays or text with commas. An empty value means not set; an empty list is written `[]`.
        - A wrong value stops the start with exit code 78 and one JSON line for each error, which names key, problem, place and
          cure. A name nobody knows is remarked on (`unknown_setting`) with the nearest known one.
        - All services of a machine share these files. Each reads what it needs; a port in YAML is the gateway's.

        ## Changes while a service runs

        Each service reads its files anew every second: the YAML files, also ones that appear or vanish, the file at
        `MCP_CONFIG_PATH`, and every `KEY_FILE`. `SIGHUP` (`systemctl reload`) makes it look at once. Process environment and
        command line stay what they were at the start.

        | what happens | what the service does | event in its log |
        |---|---|---|
        | a setting marked *at once* changes | the new value is in force within 5 seconds | `config_reloaded` |
        | a setting marked *restart* changes | the old value stays until a restart; taking the edit back clears it | `config_change_requires_restart`, `config_change_withdrawn` |
        | a file is broken, a value is refused, or a feature objects | nothing at all changes, the good values beside it included | `config_reload_failed` |
        | the files are mended | they are loaded | `config_reload_recovered` |
        | a file that held text is empty, or `config.yaml` is gone | refused, because it looks half-written; to drop settings on purpose leave a comment in the file | `config_reload_failed` |
        | a file is still being written | it is loaded when two looks, a second apart, see the same | `config_files_restless` after ten that differ |
        | a setting without effect is set | it is said once | `setting_without_effect` |

        Secrets, addresses, ports and pool sizes are never changed in a running service.

        Each service judges for itself. What only one of them can know, such as the name of a module, only that one refuses; the
        others take the whole change. So after an edit of shared files look for `config_reload_failed` in the logs of all.

        ## Columns

        *Change* is when an edit counts: *at once*, after a *restart*, or *no effect* for keys that are accepted and that this
        version does not act on. Keys marked *refused* promise a protection this version does not give, so every value but the
        default stops the start.

        """;

    private const string Servers =
        """

        Each server stands under its name, 1 to 24 of `a-z 0-9 -`, at most 64 of them. A stronger YAML file changes single keys of
        a server; a name with nothing below it takes the server away. Changes count at once: a server that is added starts, one
        that is changed is replaced when the new one is there, one that is removed stops after its last call.

        ```yaml
        servers:
          files:
            command: npx
            args: ["-y", "@modelcontextprotocol/server-filesystem", /srv/files]
            readable: [/srv/files]
          orders:
            url: https://orders.example.com/mcp
            bearer: ${ORDERS_TOKEN}
        ```

        A secret is written as `${NAME}`, which stands for the worker's variable `NAME` or the content of the file at `NAME_FILE`;
        in clear it is refused.

        | key | server with | accepts | meaning |
        |---|---|---|---|

        """;

    public static string Render(SettingsSchema schema)
    {
        var text = new StringBuilder(Introduction);
        foreach (var group in schema.Groups)
        {
            text.Append("\n## ").Append(group.Title).Append("\n\n| key | YAML | default | accepts | change | read by | meaning |\n|---|---|---|---|---|---|---|\n");
            foreach (var definition in group.Definitions)
            {
                text.Append("| ").AppendJoin(" | ", Cells(definition).Select(cell => cell.Replace("|", "\\|", StringComparison.Ordinal))).Append(" |\n");
            }

            if (group.Definitions.Any(definition => definition.Setting.IsMap))
            {
                text.Append(Servers);
                foreach (var key in ServerKeys.All.Values.OrderBy(key => key.Form).ThenBy(key => key.Name, StringComparer.Ordinal))
                {
                    var form = key.Form switch { ServerForm.Hosted => "`command`", ServerForm.Upstream => "`url`", _ => "both" };
                    text.Append($"| {Code(key.Name)} | {form} | {key.Bound} | {key.Meaning} |\n");
                }
            }
        }

        return text.ToString();
    }

    private static IEnumerable<string> Cells(SettingDefinition definition)
    {
        var setting = definition.Setting;
        yield return string.Join(", ", setting.Aliases.Prepend(definition.Name).Select(Code)) + (setting.Option is { } option ? $", {Code($"--{option}")}" : "");
        yield return setting.Yaml is { } path ? Code(path) : "";
        yield return Default(definition);
        yield return definition.Accepts;
        yield return setting.Unenforced is not null ? "refused" : setting.Reserved ? "no effect" : setting.HotReload ? "at once" : "restart";
        yield return Readers(setting.UsedBy);
        yield return setting.Secret ? $"{setting.Description} Secret." : setting.Description;
    }

    private static string Default(SettingDefinition definition) =>
        (definition.Setting.Example ?? SettingText.Format(definition.Default)) is { Length: > 0 } text ? Code(text) : "";

    private static string Readers(SettingUsers users) =>
        users.HasFlag(SettingUsers.Everyone) ? "all, AppHost"
        : users.HasFlag(SettingUsers.All) ? "all"
        : string.Join(", ", Enum.GetValues<SettingUsers>()
            .Where(user => user is (SettingUsers.Gateway or SettingUsers.Worker or SettingUsers.Backup or SettingUsers.AppHost) && users.HasFlag(user))
            .Select(user => user == SettingUsers.AppHost ? "AppHost" : user.ToString().ToLowerInvariant()));

    private static string Code(string text) => $"`{text}`";
}
