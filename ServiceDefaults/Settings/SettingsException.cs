namespace ServiceDefaults.Settings;

/// <summary>
/// The settings do not let the process start. It carries every problem found, so that an operator mends them in one go;
/// a process ends with <see cref="SettingsFailure.ExitCode"/> and one line of JSON a problem on standard error.
/// </summary>
public sealed class SettingsException(IReadOnlyList<SettingError> errors)
    : Exception(string.Join(Environment.NewLine, errors.Select(error => $"{error.Key}: {error.Problem} ({error.Source}). {error.Cure}")))
{
    public IReadOnlyList<SettingError> Errors { get; } = errors;
}

/// <summary>One refused setting. No part of it ever holds a secret's value.</summary>
/// <param name="Key">The setting's name, for example <c>MCP_PORT</c>, or the file that could not be read.</param>
/// <param name="Problem">What is wrong with the value.</param>
/// <param name="Source">Where the value comes from.</param>
/// <param name="Cure">What to do.</param>
public sealed record SettingError(string Key, string Problem, string Source, string Cure);
