using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ServiceDefaults.Settings;

/// <summary>Logs the remarks of the load, which happened before there was a log.</summary>
internal sealed partial class SettingsReporter(SettingsStore store, ILogger<SettingsReporter> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var warning in store.Current.Report.Warnings)
        {
            switch (warning.Kind)
            {
                case SettingWarningKind.Unknown:
                    LogUnknown(warning.Key, warning.Source, warning.Message);
                    break;
                case SettingWarningKind.DevelopmentSecret:
                    LogDevelopmentSecret(warning.Key, warning.Message);
                    break;
                case SettingWarningKind.DevelopmentDefault:
                    LogDevelopmentDefault(warning.Key, warning.Message);
                    break;
                default:
                    LogIgnored(warning.Key, warning.Source, warning.Message);
                    break;
            }
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(LogLevel.Warning, "{Remark} (key {Key}, {Source})", EventName = "unknown_setting")]
    private partial void LogUnknown(string key, string source, string remark);

    [LoggerMessage(LogLevel.Warning, "{Remark} (key {Key})", EventName = "development_secret")]
    private partial void LogDevelopmentSecret(string key, string remark);

    [LoggerMessage(LogLevel.Warning, "{Remark} (key {Key})", EventName = "development_default")]
    private partial void LogDevelopmentDefault(string key, string remark);

    [LoggerMessage(LogLevel.Warning, "{Remark} (key {Key}, {Source})", EventName = "ignored_setting")]
    private partial void LogIgnored(string key, string source, string remark);
}
