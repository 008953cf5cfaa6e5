using System.ComponentModel.DataAnnotations;

namespace ServiceDefaults.Settings.Catalog;

/// <summary>How long and how much answers of upstream services are kept.</summary>
[SettingsGroup("Cache", 45)]
public sealed class CacheOptions
{
    [Setting("CACHE_TTL", "Seconds a cached answer is good for, 0 to 2592000.", Reserved = true, UsedBy = SettingUsers.Worker)]
    [Range(0, 2_592_000)]
    public int LifetimeSeconds { get; set; } = 3600;

    [Setting("CACHE_MAX_SIZE", "Entries a worker keeps in memory, 0 to 1000000.", Reserved = true, UsedBy = SettingUsers.Worker)]
    [Range(0, 1_000_000)]
    public int MaxEntries { get; set; } = 1000;
}
