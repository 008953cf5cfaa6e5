using System.ComponentModel.DataAnnotations;

namespace ServiceDefaults.Settings.Catalog;

/// <summary>The Prometheus endpoint, on a port of its own (S-112).</summary>
[SettingsGroup("Metrics", 80)]
public sealed class MetricsOptions
{
    [Setting("MCP_METRICS_ENABLED", "Serve Prometheus metrics.", Yaml = "monitoring.prometheus.enabled")]
    public bool Enabled { get; set; } = true;

    /// <summary>The whole of monitoring, metrics among it; off wins over <see cref="Enabled"/>.</summary>
    [Setting("MCP_MONITORING_ENABLED", "Monitoring as a whole; false turns metrics off too.", Yaml = "monitoring.enabled")]
    public bool MonitoringEnabled { get; set; } = true;

    /// <summary>0 stands for the service's own default: gateway 9090, worker 9101, backup 9102.</summary>
    [Setting("MCP_METRICS_PORT", "Port of the metrics endpoint; 0 means the service's default (gateway 9090, worker 9101, backup 9102).", Yaml = "monitoring.prometheus.port", YamlFor = SettingUsers.Gateway, Example = "9090")]
    [Range(0, 65535)]
    public int Port { get; set; }

    [Setting("MCP_METRICS_PATH", "Path of the metrics endpoint.", Yaml = "monitoring.prometheus.path")]
    [RegularExpression("^/[A-Za-z0-9/_-]{0,63}$", ErrorMessage = "must start with / and hold at most 64 letters, digits, /, _ or -")]
    public string Path { get; set; } = "/metrics";
}
