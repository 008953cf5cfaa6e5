using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ServiceDefaults.Logging;

/// <summary>One JSON object a line on standard output (S-206), at the level of MCP_LOG_LEVEL (S-032).</summary>
internal static class LoggingFeature
{
    public static void AddJsonLogging(this IHostApplicationBuilder builder)
    {
        builder.Logging.ClearProviders();
        // Lines carry the ids of the trace themselves.
        builder.Logging.Configure(options => options.ActivityTrackingOptions = ActivityTrackingOptions.None);
        builder.Services.AddSingleton<LogLineWriter>();
        builder.Services.AddSingleton<ILoggerProvider, JsonLoggerProvider>();

        builder.Services.AddSingleton<LogLevels>();
        builder.Services.AddSingleton<IConfigureOptions<LoggerFilterOptions>>(provider => provider.GetRequiredService<LogLevels>());
        builder.Services.AddSingleton<IOptionsChangeTokenSource<LoggerFilterOptions>>(provider => provider.GetRequiredService<LogLevels>());
    }
}
