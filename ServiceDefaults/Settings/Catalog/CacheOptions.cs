using System.ComponentModel.DataAnnotations;

namespace ServiceDefaults.Settings.Catalog;

/// <summary>How long and how much results of read-only tools are kept.</summary>
[SettingsGroup("Cache", 45)]
public sealed class CacheOptions
{
    [Setting("MCP_CACHE_ENABLED", "Keep results of read-only tools that allow it, in memory and in Redis.", Yaml = "cache.enabled", HotReload = true, UsedBy = SettingUsers.Worker)]
    public bool Enabled { get; set; } = true;

    [Setting("CACHE_TTL", "Seconds a kept result is good for, 0 to 2592000; 0 keeps none.", Yaml = "cache.ttl", HotReload = true, UsedBy = SettingUsers.Worker)]
    [Range(0, 2_592_000)]
    public int LifetimeSeconds { get; set; } = 3600;

    [Setting("CACHE_MAX_SIZE", "Results a worker keeps in memory, 0 to 1000000; 0 keeps them in Redis alone.", Yaml = "cache.max_size", HotReload = true, UsedBy = SettingUsers.Worker)]
    [Range(0, 1_000_000)]
    public int MaxEntries { get; set; } = 1000;
}
