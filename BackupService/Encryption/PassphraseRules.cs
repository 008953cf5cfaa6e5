using Microsoft.Extensions.Options;
using ServiceDefaults.Settings;
using ServiceDefaults.Settings.Catalog;

namespace BackupService.Encryption;

/// <summary>
/// Refuses to start without a passphrase, with a short one, or with a file of it that others can read (S-261). There is
/// no unencrypted backup.
/// </summary>
internal sealed class PassphraseRules(SettingsStore settings) : IValidateOptions<StorageOptions>
{
    private const string Setting = "MCP_BACKUP_PASSPHRASE";
    private const string FileSetting = Setting + "_FILE";
    private const int MinLength = 16;

    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    /// <exception cref="SettingsException">Thrown, not returned: the process then ends as for every other refused setting.</exception>
    public ValidateOptionsResult Validate(string? name, StorageOptions options)
    {
        if (settings.Current.FileOf(Setting) is { } path && IsReadableByOthers(path))
        {
            throw Refused(FileSetting, $"names '{path}', which its group or others can read or write", $"Run: chmod 600 '{path}'");
        }

        return options.BackupPassphrase.Length switch
        {
            0 => throw Refused(
                Setting, "is not set, and there is no backup without encryption", $"Put a random text of at least {MinLength} characters into a file of mode 0600 and name it by {FileSetting}."),
            < MinLength => throw Refused(Setting, $"has fewer than {MinLength} characters", "Choose a longer one, for example with `openssl rand -hex 24`."),
            _ => ValidateOptionsResult.Success,
        };
    }

    private static SettingsException Refused(string key, string problem, string cure) => new([new SettingError(key, problem, "backup encryption", cure)]);

    private static bool IsReadableByOthers(string path) =>
        !OperatingSystem.IsWindows() && File.Exists(path) && (File.GetUnixFileMode(path) & Others) != UnixFileMode.None;
}
