using System.Runtime.InteropServices;
using System.Text.Json;
using ServiceDefaults.Logging.Redaction;

namespace McpWorker.Tools;

/// <summary>What the log says of tool runs (S-212): always the size of the parameters, the parameters themselves only at Debug and without secrets.</summary>
internal sealed partial class ToolEvents(ILogger<ToolEvents> logger)
{
    public void Started(string tool, IDictionary<string, JsonElement>? parameters)
    {
        if (!logger.IsEnabled(LogLevel.Information))
        {
            return;
        }

        using (logger.IsEnabled(LogLevel.Debug) ? logger.BeginScope(Details(parameters)) : null)
        {
            LogStarted(tool, SizeOf(parameters));
        }
    }

    public void Completed(string tool, TimeSpan elapsed) => LogCompleted(tool, Math.Round(elapsed.TotalMilliseconds, 3));

    /// <param name="level">Error where an operator should look; Warning where the tool or its caller meant it.</param>
    public void Failed(LogLevel level, Exception exception, string tool, TimeSpan elapsed) =>
        LogFailed(level, exception, tool, Math.Round(elapsed.TotalMilliseconds, 3));

    /// <summary>Each call of a deprecated version (S-154): before it goes, somebody has to talk to those who still use it.</summary>
    public void Deprecated(string tool, string version, string date, string caller) => LogDeprecated(tool, version, date, caller);

    private static KeyValuePair<string, object?>[] Details(IDictionary<string, JsonElement>? parameters) =>
        [new("params", SecretJson.Redact(parameters ?? new Dictionary<string, JsonElement>(StringComparer.Ordinal)))];

    /// <summary>Bytes of the names and values as they came.</summary>
    private static int SizeOf(IDictionary<string, JsonElement>? parameters)
    {
        var size = 0;
        foreach (var (name, value) in parameters ?? new Dictionary<string, JsonElement>(StringComparer.Ordinal))
        {
            size += name.Length + JsonMarshal.GetRawUtf8Value(value).Length;
        }

        return size;
    }

    [LoggerMessage(LogLevel.Information, "{Tool} started with {ParamsSize} bytes of parameters", EventName = "tool_execution_started")]
    private partial void LogStarted(string tool, int paramsSize);

    [LoggerMessage(LogLevel.Information, "{Tool} completed in {DurationMs} ms", EventName = "tool_execution_completed")]
    private partial void LogCompleted(string tool, double durationMs);

    [LoggerMessage("{Tool} failed after {DurationMs} ms", EventName = "tool_execution_failed")]
    private partial void LogFailed(LogLevel level, Exception exception, string tool, double durationMs);

    [LoggerMessage(LogLevel.Warning, "{Caller} called {Tool} {ToolVersion}, which is deprecated as of {DeprecatedAsOf}", EventName = "deprecated_tool_called")]
    private partial void LogDeprecated(string tool, string toolVersion, string deprecatedAsOf, string caller);
}
