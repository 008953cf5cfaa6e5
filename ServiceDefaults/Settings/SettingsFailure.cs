using System.Text.Json;
using ServiceDefaults.Settings.Schema;

namespace ServiceDefaults.Settings;

/// <summary>How a process ends whose settings are refused: JSON lines for the log collector, no stack trace, a code of its own (S-045).</summary>
public static class SettingsFailure
{
    /// <summary>EX_CONFIG of sysexits.h; systemd's RestartPreventExitStatus names it, so that nothing restarts for ever.</summary>
    public const int ExitCode = 78;

    private static int _guarded;

    /// <summary>
    /// Makes an unhandled <see cref="SettingsException"/> end the process with <see cref="ExitCode"/>. In a test host, where
    /// somebody does handle it, nothing happens.
    /// </summary>
    public static void Guard()
    {
        if (Interlocked.Exchange(ref _guarded, 1) == 0)
        {
            AppDomain.CurrentDomain.UnhandledException += static (_, unhandled) =>
            {
                if (Find(unhandled.ExceptionObject as Exception) is { } failure)
                {
                    Environment.Exit(Report(failure.Errors, Console.Error, TimeProvider.System));
                }
            };
        }
    }

    /// <summary>Writes one JSON object a line for each error.</summary>
    /// <returns><see cref="ExitCode"/>.</returns>
    public static int Report(IEnumerable<SettingError> errors, TextWriter output, TimeProvider clock)
    {
        foreach (var error in errors)
        {
            output.WriteLine(JsonSerializer.Serialize(
                new
                {
                    timestamp = UtcText.Of(clock.GetUtcNow()),
                    level = "Error",
                    @event = "invalid_setting",
                    message = $"{error.Key} {error.Problem}",
                    key = error.Key,
                    problem = error.Problem,
                    source = error.Source,
                    cure = error.Cure,
                    version = ProductVersion.Current,
                },
                SettingsJson.Relaxed));
        }

        output.Flush();
        return ExitCode;
    }

    private static SettingsException? Find(Exception? exception) =>
        exception as SettingsException ?? (exception?.InnerException is { } inner ? Find(inner) : null);
}
