using ServiceDefaults.Settings.Loading;

namespace ServiceDefaults.Settings.Reload;

/// <summary>What a reload comes to: hot settings with their new values, all others with the values the service was built on.</summary>
/// <param name="Applied">Names of the settings that change now.</param>
/// <param name="NewlyPending">Changes that wait for a restart and were not known to.</param>
/// <param name="Withdrawn">Names whose waiting change was taken back.</param>
internal sealed record MergedSettings(
    SettingsSnapshot Snapshot, IReadOnlyList<string> Applied, IReadOnlyList<PendingSetting> NewlyPending, IReadOnlyList<string> Withdrawn)
{
    public static MergedSettings Of(SettingsSnapshot current, SettingsSnapshot loaded, SettingUsers users)
    {
        var inForce = current.Settings.ToDictionary(setting => setting.Name, StringComparer.Ordinal);
        var merged = new List<ResolvedSetting>();
        var applied = new List<string>();
        var pending = new List<PendingSetting>();

        foreach (var setting in loaded.Settings)
        {
            var old = inForce[setting.Name];
            if (setting.SameAs(old))
            {
                merged.Add(setting with { Value = old.Value });
            }
            else if (!setting.Concerns(users))
            {
                merged.Add(setting);
            }
            else if (setting.Definition.Setting.HotReload)
            {
                merged.Add(setting);
                applied.Add(setting.Name);
            }
            else
            {
                merged.Add(old);
                pending.Add(new PendingSetting(setting.Name, setting.Definition.Setting.Secret ? null : setting.Text, setting.Source));
            }
        }

        // Connection strings hang on addresses, passwords and pool sizes, none of which is hot.
        return new MergedSettings(
            new SettingsSnapshot(current.Environment, merged, current.Connections, loaded.Report, pending),
            applied,
            [.. pending.Where(change => !current.Pending.Any(known => known.Key == change.Key && known.Value == change.Value))],
            [.. current.Pending.Select(known => known.Key).Except(pending.Select(change => change.Key), StringComparer.Ordinal)]);
    }
}
