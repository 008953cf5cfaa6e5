using System.ComponentModel.DataAnnotations;

namespace ServiceDefaults.Settings.Catalog;

/// <summary>How often and how patiently dependencies are probed.</summary>
[SettingsGroup("Health", 90)]
public sealed class HealthOptions
{
    [Setting("MCP_HEALTH_CHECK_INTERVAL", "Seconds between background health probes, 1 to 3600.", Yaml = "health.interval")]
    [Range(1, 3600)]
    public int IntervalSeconds { get; set; } = 30;

    [Setting("MCP_HEALTH_CHECK_TIMEOUT", "Seconds after which a health check counts as failed, 1 to 60.", Yaml = "health.timeout")]
    [Range(1, 60)]
    public int TimeoutSeconds { get; set; } = 5;
}
