using System.ComponentModel.DataAnnotations;

namespace ServiceDefaults.Settings.Catalog;

/// <summary>What is logged, and where to beside standard output.</summary>
[SettingsGroup("Logging", 70)]
public sealed class LoggingOptions
{
    [Setting("MCP_LOG_LEVEL", "Lowest level logged: DEBUG, INFO, WARN, WARNING, ERROR or CRITICAL, in any case.", Yaml = "monitoring.level", Aliases = ["LOG_LEVEL"], Option = "log-level", HotReload = true)]
    [RegularExpression("(?i)^(trace|debug|info|information|warn|warning|error|critical)$", ErrorMessage = "must be DEBUG, INFO, WARN, WARNING, ERROR or CRITICAL")]
    public string Level { get; set; } = "INFO";
}
