using System.ComponentModel.DataAnnotations;

namespace ServiceDefaults.Settings.Catalog;

/// <summary>What is logged, and where to beside standard output.</summary>
[SettingsGroup("Logging", 70)]
public sealed class LoggingOptions
{
    public const string ToFile = "file";
    public const string ToStandardOutput = "stdout";

    [Setting("MCP_LOG_LEVEL", "Lowest level logged: DEBUG, INFO, WARN, WARNING, ERROR or CRITICAL, in any case.", Yaml = "monitoring.level", Aliases = ["LOG_LEVEL"], Option = "log-level", HotReload = true)]
    [RegularExpression("(?i)^(trace|debug|info|information|warn|warning|error|critical)$", ErrorMessage = "must be DEBUG, INFO, WARN, WARNING, ERROR or CRITICAL")]
    public string Level { get; set; } = "INFO";

    [Setting("MCP_LOG_FILE", "File that gets the same lines as standard output, for example /var/log/mcp-server/mcp.log; error.log, access.log and audit.log are written beside it. Several services may share it. Empty: no files.", Yaml = "monitoring.log_file")]
    public string File { get; set; } = "";

    [Setting("MCP_LOG_MAX_BYTES", "Size in bytes at which a log file is put aside, 0 to 1099511627776; 0 leaves that to logrotate.", Yaml = "monitoring.log_max_bytes")]
    [Range(0L, 1_099_511_627_776L)]
    public long MaxBytes { get; set; } = 104_857_600;

    [Setting("MCP_LOG_RETAIN", "How many files that were put aside are kept of each log, 0 to 10000; 0 means any number.", Yaml = "monitoring.log_retain")]
    [Range(0, 10_000)]
    public int RetainFiles { get; set; } = 10;

    [Setting("MCP_LOG_MAX_AGE", "How many days a log file that was put aside is kept, 0 to 3650; 0 means for ever.", Yaml = "monitoring.log_max_age")]
    [Range(0, 3_650)]
    public int RetainDays { get; set; } = 30;

    [Setting("MCP_ACCESS_LOG", "Where the gateway writes a line for each HTTP request: file (access.log beside MCP_LOG_FILE; none without it), stdout or off.", Yaml = "monitoring.access_log", UsedBy = SettingUsers.Gateway)]
    [RegularExpression("^(file|stdout|off)$", ErrorMessage = "must be file, stdout or off")]
    public string AccessLog { get; set; } = ToFile;

    [Setting("MCP_SQL_ECHO", "Logs each SQL statement with its duration, parameters as placeholders.", HotReload = true)]
    public bool SqlEcho { get; set; }

    [Setting("MCP_TRACE_REQUESTS", "Logs the headers of each request and its response, secrets masked, and the JSON-RPC method.", HotReload = true, UsedBy = SettingUsers.Gateway)]
    public bool TraceRequests { get; set; }
}
