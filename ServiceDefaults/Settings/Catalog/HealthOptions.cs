using System.ComponentModel.DataAnnotations;

namespace ServiceDefaults.Settings.Catalog;

/// <summary>How often and how patiently dependencies are probed.</summary>
[SettingsGroup("Health", 90)]
public sealed class HealthOptions
{
    [Setting("MCP_HEALTH_CHECK_INTERVAL", "Seconds between background health probes, 1 to 3600.", Yaml = "health.interval", HotReload = true)]
    [Range(1, 3600)]
    public int IntervalSeconds { get; set; } = 30;

    [Setting("MCP_HEALTH_CHECK_TIMEOUT", "Seconds after which a health check counts as failed, 1 to 60.", Yaml = "health.timeout", HotReload = true)]
    [Range(1, 60)]
    public int TimeoutSeconds { get; set; } = 5;

    [Setting("MCP_HEALTH_MIN_FREE_DISK_PERCENT", "Free disk space in percent below which /health reports a problem, 0 to 99.", Yaml = "health.min_free_disk_percent", HotReload = true)]
    [Range(0, 99)]
    public int MinimumFreeDiskPercent { get; set; } = 10;

    [Setting("MCP_HEALTH_MAX_MEMORY_PERCENT", "Memory in percent of the limit above which /health reports a problem, 0 to 100.", Yaml = "health.max_memory_percent", HotReload = true)]
    [Range(0, 100)]
    public int MaximumMemoryPercent { get; set; } = 90;
}
