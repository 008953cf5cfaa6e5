using BackupService.Encryption;
using Microsoft.Extensions.Configuration;
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
    public void A_passphrase_file_that_others_can_reach_stops_the_start(UnixFileMode others)
    {
        using var folder = new TemporaryFolder();
        var file = PassphraseFile(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | others);

        var refusal = Assert.Throws<SettingsException>(() => Check("a passphrase that is long enough", file));

        Assert.Contains($"chmod 600 '{file}'", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("a passphrase that", refusal.Message, StringComparison.Ordinal);
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

    private static bool Check(string passphrase, string? file)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([KeyValuePair.Create("MCP_BACKUP_PASSPHRASE_FILE", file)])
            .Build();
        return new PassphraseRules(configuration).Validate(null, new StorageOptions { BackupPassphrase = passphrase }).Succeeded;
    }
}
