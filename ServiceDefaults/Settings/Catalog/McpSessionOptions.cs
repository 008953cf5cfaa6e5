using System.ComponentModel.DataAnnotations;

namespace ServiceDefaults.Settings.Catalog;

/// <summary>What a worker keeps for MCP clients between their requests.</summary>
[SettingsGroup("MCP sessions", 105)]
public sealed class McpSessionOptions
{
    [Setting("MCP_SESSION_IDLE_TIMEOUT", "Seconds after which a worker ends a session (protocol versions before 2026-07-28) that nobody uses, 10 to 86400.", UsedBy = SettingUsers.Worker)]
    [Range(10, 86_400)]
    public int IdleTimeoutSeconds { get; set; } = 1800;

    [Setting("MCP_SESSION_MAX_IDLE", "Sessions without an open request that a worker keeps; above it the longest idle ones end, 1 to 100000.", UsedBy = SettingUsers.Worker)]
    [Range(1, 100_000)]
    public int MaxIdle { get; set; } = 2000;

    [Setting("MCP_STREAMS_PER_CALLER", "Streams of notifications one caller may hold open at a worker (GET and subscriptions/listen), 1 to 10000.", HotReload = true, UsedBy = SettingUsers.Worker)]
    [Range(1, 10_000)]
    public int StreamsPerCaller { get; set; } = 100;
}
