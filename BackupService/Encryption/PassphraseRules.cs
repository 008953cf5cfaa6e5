using Microsoft.Extensions.Options;
using ServiceDefaults.Settings.Catalog;

namespace BackupService.Encryption;

/// <summary>
/// Refuses to start without a passphrase, with a short one, or with a file of it that others can read (S-261). There is
/// no unencrypted backup.
/// </summary>
internal sealed class PassphraseRules(IConfiguration configuration) : IValidateOptions<StorageOptions>
{
    public const string Setting = "MCP_BACKUP_PASSPHRASE";
    public const string FileSetting = Setting + "_FILE";
    private const int MinLength = 16;

    public ValidateOptionsResult Validate(string? name, StorageOptions options)
    {
        // The settings engine reads the file; only its path, which no options class carries, comes from here.
        if (configuration[FileSetting] is { Length: > 0 } path && File.Exists(path) && IsReadableByOthers(path))
        {
            return ValidateOptionsResult.Fail($"{FileSetting}: '{path}' can be read by its group or by others. Run: chmod 600 '{path}'");
        }

        return options.BackupPassphrase.Length switch
        {
            0 => ValidateOptionsResult.Fail($"{FileSetting} is not set: backups are always encrypted. Put a passphrase of at least {MinLength} characters into a file of mode 0600 and name it here."),
            < MinLength => ValidateOptionsResult.Fail($"{Setting} must have at least {MinLength} characters."),
            _ => ValidateOptionsResult.Success,
        };
    }

    private static bool IsReadableByOthers(string path) =>
        !OperatingSystem.IsWindows()
        && (File.GetUnixFileMode(path) & (UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite)) != UnixFileMode.None;
}
