using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using ServiceDefaults.Settings;
using ServiceDefaults.Settings.Catalog;

namespace ServiceDefaults.Logging;

/// <summary>
/// Turns MCP_LOG_LEVEL and MCP_SQL_ECHO into filter rules, again after a reload. Libraries speak from Warning on, unless somebody debugs.
/// </summary>
internal sealed class LogLevels(SettingsStore settings) : IConfigureOptions<LoggerFilterOptions>, IOptionsChangeTokenSource<LoggerFilterOptions>
{
    /// <summary>Alias of the OpenTelemetry SDK's logger provider.</summary>
    private const string Exporter = "OpenTelemetry";

    private static readonly string[] Libraries = ["Microsoft", "System", "Npgsql", "ModelContextProtocol", "Quartz"];

    public string Name => Options.DefaultName;

    public IChangeToken GetChangeToken() => settings.Watch();

    public void Configure(LoggerFilterOptions options)
    {
        var logging = settings.Current.Get<LoggingOptions>();
        var level = Parse(logging.Level);
        options.Rules.Clear();
        options.MinLevel = level;
        Add(category: null, level);
        if (level > LogLevel.Debug)
        {
            foreach (var library in Libraries)
            {
                Add(library, (LogLevel)Math.Max((int)level, (int)LogLevel.Warning));
            }

            // Started, stopping, content root: what an operator wants to see.
            Add("Microsoft.Hosting.Lifetime", level);
        }

        // Statements are told by MCP_SQL_ECHO alone: whoever debugs something else would drown in them.
        Add(SqlEcho.Category, logging.SqlEcho ? LogLevel.Information : (LogLevel)Math.Max((int)level, (int)LogLevel.Warning));

        void Add(string? category, LogLevel from)
        {
            options.Rules.Add(new LoggerFilterRule(providerName: null, category, from, filter: null));
            options.Rules.Add(new LoggerFilterRule(Exporter, category, from, (_, _, of) => IsExported(of)));
        }
    }

    /// <summary>
    /// Of a call that sampling leaves out only what went wrong is exported: its spans would not be there to read the rest with,
    /// and exporting a line costs several times what writing it does.
    /// </summary>
    private static bool IsExported(LogLevel level) => level >= LogLevel.Warning || Activity.Current is null or { Recorded: true };

    public static LogLevel Parse(string level) => level.ToUpperInvariant() switch
    {
        "TRACE" => LogLevel.Trace,
        "DEBUG" => LogLevel.Debug,
        "WARN" or "WARNING" => LogLevel.Warning,
        "ERROR" => LogLevel.Error,
        "CRITICAL" => LogLevel.Critical,
        _ => LogLevel.Information,
    };
}
