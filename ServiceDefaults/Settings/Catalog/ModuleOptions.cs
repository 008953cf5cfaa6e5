using System.ComponentModel.DataAnnotations;

namespace ServiceDefaults.Settings.Catalog;

/// <summary>What a worker serves.</summary>
[SettingsGroup("Modules and upstream servers", 100)]
public sealed class ModuleOptions
{
    [Setting("MCP_MODULES_ENABLED", "Modules a worker loads.", Yaml = "modules.enabled", HotReload = true, UsedBy = SettingUsers.Worker)]
    public IReadOnlyList<string> Enabled { get; set; } = ["media", "rag", "chat"];

    [Setting("MCP_MODULE_TIMEOUT", "Seconds a tool call may take, retries included, or the reading of a resource or prompt, 1 to 3600.", Yaml = "modules.timeout", HotReload = true, UsedBy = SettingUsers.Gateway | SettingUsers.Worker)]
    [Range(1, 3600)]
    public int TimeoutSeconds { get; set; } = 60;

    [Setting("MCP_MODULE_MAX_RETRIES", "Retries of a read-only or idempotent tool that failed for a passing reason, 0 to 10; all within MCP_MODULE_TIMEOUT.", HotReload = true, UsedBy = SettingUsers.Worker)]
    [Range(0, 10)]
    public int MaxRetries { get; set; } = 3;

    [Setting("MCP_MODULE_MAX_CONCURRENCY", "Calls a worker runs at once for one module or server, 1 to 10000.", UsedBy = SettingUsers.Worker)]
    [Range(1, 10_000)]
    public int MaxConcurrency { get; set; } = 64;

    [Setting("MCP_MODULE_MAX_QUEUE", "Calls that may wait for a place at one module or server, 0 to 100000; further ones are refused as busy.", UsedBy = SettingUsers.Worker)]
    [Range(0, 100_000)]
    public int MaxQueue { get; set; } = 256;

    [Setting("MCP_UPSTREAM_SERVERS", "Upstream MCP servers as name=url, for example orders=http://localhost:5200/mcp; behind a space the variable that holds the bearer token.", UsedBy = SettingUsers.Worker)]
    public IReadOnlyList<string> UpstreamServers { get; set; } = [];

    [Setting("CMS_BASE_URL", "Base URL of the content management system, for example https://cms.example.com/api; a worker checks its /health below it. Empty: there is none.", HotReload = true, UsedBy = SettingUsers.Worker)]
    [OptionalHttpUrl]
    public string CmsBaseUrl { get; set; } = "";
}
