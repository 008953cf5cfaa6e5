namespace ServiceDefaults.Settings.Catalog;

/// <summary>MCP servers a worker starts itself.</summary>
[SettingsGroup("Hosted servers", 105)]
public sealed class HostingOptions
{
    [Setting("MCP_ALLOW_UNSANDBOXED_SERVERS", "Outside development, start hosted servers without a sandbox too: with `sandbox: none`, and where neither bubblewrap nor another user id is possible. Such a server can read and change whatever the worker's user can.", UsedBy = SettingUsers.Worker)]
    public bool AllowUnsandboxed { get; set; }
}
