using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ServiceDefaults.Settings;

/// <summary>Logs the remarks of the load, which happened before there was a log, and those that a reload adds.</summary>
internal sealed partial class SettingsReporter(SettingsStore store, ILogger<SettingsReporter> logger) : IHostedService
{
    private HashSet<(SettingWarningKind Kind, string Key)> _told = [];

    public Task StartAsync(CancellationToken cancellationToken)
    {
        Tell(store.Current.Report.Warnings);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Each remark once, until it no longer applies.</summary>
    public void Tell(IReadOnlyList<SettingWarning> warnings)
    {
        foreach (var warning in warnings.Where(warning => !_told.Contains((warning.Kind, warning.Key))))
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
                case SettingWarningKind.WithoutEffect:
                    LogWithoutEffect(warning.Key, warning.Source, warning.Message);
                    break;
                default:
                    LogIgnored(warning.Key, warning.Source, warning.Message);
                    break;
            }
        }

        _told = [.. warnings.Select(warning => (warning.Kind, warning.Key))];
    }

    [LoggerMessage(LogLevel.Warning, "{Remark} (key {Key}, {Source})", EventName = "setting_without_effect")]
    private partial void LogWithoutEffect(string key, string source, string remark);

    [LoggerMessage(LogLevel.Warning, "{Remark} (key {Key}, {Source})", EventName = "unknown_setting")]
    private partial void LogUnknown(string key, string source, string remark);

    [LoggerMessage(LogLevel.Warning, "{Remark} (key {Key})", EventName = "development_secret")]
    private partial void LogDevelopmentSecret(string key, string remark);

    [LoggerMessage(LogLevel.Warning, "{Remark} (key {Key})", EventName = "development_default")]
    private partial void LogDevelopmentDefault(string key, string remark);

    [LoggerMessage(LogLevel.Warning, "{Remark} (key {Key}, {Source})", EventName = "ignored_setting")]
    private partial void LogIgnored(string key, string source, string remark);
}
