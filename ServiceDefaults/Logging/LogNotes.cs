using Microsoft.Extensions.Logging;

namespace ServiceDefaults.Logging;

/// <summary>What the log says about itself. It cannot be logged the usual way: the log would wait for itself.</summary>
internal static class LogNotes
{
    public static LogEntry LinesDropped(long dropped) => Note(
        LogLevel.Warning, "log_lines_dropped", $"{dropped} log lines were dropped because the output did not take them fast enough", ("dropped", dropped));

    public static LogEntry FileFailed(string path, string reason) => Note(
        LogLevel.Error, "log_file_failed", $"{path} cannot be written: {reason} Lines go on to standard output", ("path", path), ("reason", reason));

    public static LogEntry FileRecovered(string path, long lost) => Note(
        LogLevel.Warning, "log_file_recovered", $"{path} is written again; {lost} lines are missing in it", ("path", path), ("lost", lost));

    private static LogEntry Note(LogLevel level, string name, string message, params (string Name, object? Value)[] fields) => new(
        "ServiceDefaults.Logging", level, name, message, [.. fields.Select(field => KeyValuePair.Create(field.Name, field.Value))], Exception: null);
}
