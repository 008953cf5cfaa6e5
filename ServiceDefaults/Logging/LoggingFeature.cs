using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpenTelemetry.Logs;
using OpenTelemetry.Trace;
using ServiceDefaults.Logging.Files;
using ServiceDefaults.Settings;
using ServiceDefaults.Settings.Catalog;

namespace ServiceDefaults.Logging;

/// <summary>
/// One JSON object a line on standard output and in the files of MCP_LOG_FILE (S-206, S-209, S-210), at the level of
/// MCP_LOG_LEVEL (S-032), without secrets (S-214).
/// </summary>
internal static class LoggingFeature
{
    /// <exception cref="SettingsException">MCP_LOG_FILE cannot be written.</exception>
    public static void AddJsonLogging(this IHostApplicationBuilder builder, SettingsSnapshot settings)
    {
        LogFiles.Check(settings.Get<LoggingOptions>());
        builder.Logging.ClearProviders();
        // Lines carry the ids of the trace themselves.
        builder.Logging.Configure(options => options.ActivityTrackingOptions = ActivityTrackingOptions.None);
        builder.Services.AddSingleton<LogScopes>();
        builder.Services.AddSingleton(MakeWriter);
        builder.Services.AddSingleton(provider => new SideLogs(
            provider.GetRequiredService<LogLineWriter>(), provider.GetRequiredService<IOptions<LoggingOptions>>()));
        builder.Services.AddSingleton<ILoggerProvider, JsonLoggerProvider>();

        builder.Services.AddSingleton<LogLevels>();
        builder.Services.AddSingleton<IConfigureOptions<LoggerFilterOptions>>(provider => provider.GetRequiredService<LogLevels>());
        builder.Services.AddSingleton<IOptionsChangeTokenSource<LoggerFilterOptions>>(provider => provider.GetRequiredService<LogLevels>());
    }

    /// <summary>Keeps secrets from what is exported; it must be added before any exporter.</summary>
    public static void Redact(this LoggerProviderBuilder logs) =>
        logs.AddProcessor(provider => new RedactingLogProcessor(provider.GetRequiredService<LogScopes>()));

    /// <summary>The same for spans.</summary>
    /// <param name="sources">Whose spans may come with exceptions.</param>
    public static TracerProviderBuilder Redact(this TracerProviderBuilder traces, Func<string, bool> sources) =>
        traces.AddProcessor(_ => new RedactingSpanProcessor(sources));

    private static LogLineWriter MakeWriter(IServiceProvider provider) => new(
        Console.OpenStandardOutput(),
        LogLineWriter.UsualCapacity,
        LogFiles.From(provider.GetRequiredService<IOptions<LoggingOptions>>().Value, provider.GetRequiredService<TimeProvider>()));
}
