namespace ServiceDefaults.Settings.Loading;

/// <summary>
/// Settings this version knows and does not act on. One that only changes nothing is remarked on; one that promises
/// protection is refused, because its operator would believe in a wall that is not there.
/// </summary>
internal sealed class UnsupportedSettings(SettingProblems problems, SettingUsers users)
{
    public void Report(IEnumerable<ResolvedSetting> settings)
    {
        foreach (var setting in settings.Where(setting => !setting.Definition.IsDefault(setting.Value) && setting.Concerns(users)))
        {
            var about = setting.Definition.Setting;
            if (about.Unenforced is { } cure)
            {
                problems.Refuse(setting.Name, "is known, but not enforced by this version", setting.Source, cure);
            }
            else if (about.Reserved)
            {
                problems.Warn(SettingWarningKind.WithoutEffect, setting.Name, setting.Source, $"{setting.Name} has no effect in this version. {about.Description}");
            }
        }
    }
}
