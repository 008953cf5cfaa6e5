using BackupService.Encryption;
using Microsoft.Extensions.Configuration;
using ServiceDefaults;
using ServiceDefaults.Settings;
using ServiceDefaults.Settings.Catalog;

namespace BackupService.Tests.Encryption;

public sealed class PassphraseRulesTests
{
    [Theory]
    [InlineData("")]
    [InlineData("fifteen letters")]
    [Trait("Requirement", "S-257")]
    public void A_missing_or_short_passphrase_stops_the_start(string passphrase)
    {
        var refusal = Assert.Throws<SettingsException>(() => Check(passphrase, file: null));

        Assert.Equal("MCP_BACKUP_PASSPHRASE", Assert.Single(refusal.Errors).Key);
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.GroupWrite)]
    [Trait("Requirement", "S-261")]
    public void A_passphrase_file_that_others_can_reach_stops_the_start(UnixFileMode others)
    {
        using var folder = new TemporaryFolder();
        var file = PassphraseFile(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | others);

        var refusal = Assert.Throws<SettingsException>(() => Check("a passphrase that is long enough", file));

        Assert.Contains($"chmod 600 '{file}'", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("a passphrase that", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "S-261")]
    public void A_passphrase_file_that_an_environment_file_names_is_held_to_the_same_rule()
    {
        using var folder = new TemporaryFolder();
        var passphrase = PassphraseFile(folder, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        var environment = folder.File("mcp.env");
        File.WriteAllText(environment, $"MCP_BACKUP_PASSPHRASE_FILE={passphrase}");

        var refusal = Assert.Throws<SettingsException>(() => Check(("MCP_CONFIG_PATH", environment)));

        Assert.Contains($"chmod 600 '{passphrase}'", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_private_passphrase_file_is_accepted()
    {
        using var folder = new TemporaryFolder();

        Assert.True(Check("a passphrase that is long enough", PassphraseFile(folder, UnixFileMode.UserRead)));
    }

    private static string PassphraseFile(TemporaryFolder folder, UnixFileMode mode)
    {
        var path = folder.File("passphrase");
        File.WriteAllText(path, "a passphrase that is long enough");
        File.SetUnixFileMode(path, mode);
        return path;
    }

    private static bool Check(string passphrase, string? file) => file is null
        ? Check(("MCP_BACKUP_PASSPHRASE", passphrase))
        : Check(("MCP_BACKUP_PASSPHRASE_FILE", file));

    private static bool Check(params (string Key, string Value)[] given)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(given.Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value))).Build();
        var settings = SettingsFeature.Load(ServiceIdentity.Backup, configuration, AppContext.BaseDirectory, requireSecrets: false);
        return new PassphraseRules(new SettingsStore(settings)).Validate(null, settings.Get<StorageOptions>()).Succeeded;
    }
}
