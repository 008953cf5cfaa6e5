namespace McpWorker.Servers;

/// <summary>The log levels of MCP, which are those of syslog, from 0 for debug to 7 for emergency.</summary>
internal static class LogSeverity
{
    private static readonly string[] Levels = ["debug", "info", "notice", "warning", "error", "critical", "alert", "emergency"];

    /// <summary>An unknown level counts as info.</summary>
    public static int Of(string? level) => Array.IndexOf(Levels, level) is >= 0 and var index ? index : 1;

    public static LogLevel ToLogLevel(string? level) => Of(level) switch
    {
        0 => LogLevel.Debug,
        1 or 2 => LogLevel.Information,
        3 => LogLevel.Warning,
        _ => LogLevel.Error,
    };
}
