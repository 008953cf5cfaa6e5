using ServiceDefaults.Settings.Layers;
using ServiceDefaults.Settings.Schema;

namespace ServiceDefaults.Settings.Loading;

/// <summary>Gathers every error and remark of one load, so that all of them are told at once (S-045).</summary>
internal sealed class SettingProblems
{
    private readonly List<SettingError> _errors = [];
    private readonly List<SettingWarning> _warnings = [];

    public IReadOnlyList<SettingError> Errors => _errors;

    public IReadOnlyList<SettingWarning> Warnings => _warnings;

    public bool Has(string key) => _errors.Any(error => error.Key == key);

    public void Refuse(string key, string problem, string source, string cure) => _errors.Add(new SettingError(key, problem, source, cure));

    public void Refuse(SettingDefinition definition, string problem, string source) =>
        Refuse(definition.Name, problem, source, $"{definition.Name}: {definition.Setting.Description}");

    public void Refuse(string key, SettingsFileException file, string cure) => Refuse(key, file.Problem, file.Place, cure);

    public void Warn(SettingWarningKind kind, string key, string source, string message) =>
        _warnings.Add(new SettingWarning(kind, key, source, message));
}
