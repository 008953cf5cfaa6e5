namespace ServiceDefaults.Settings.Catalog;

/// <summary>MCP servers of others.</summary>
[SettingsGroup("Servers of others", 102)]
public sealed class ServersOptions
{
    /// <summary>JSON as <see cref="Settings.Servers.ServerMap"/> wrote it: checked, and with references in place of secrets.</summary>
    [Setting(
        "MCP_SERVERS",
        "MCP servers a worker starts or reaches, each under its name, with the keys docs/CONFIGURATION.md lists. In the environment one JSON object, which takes the place of the whole map in YAML.",
        Yaml = "servers", IsMap = true, HotReload = true, UsedBy = SettingUsers.Worker)]
    public string Servers { get; set; } = "";
}
