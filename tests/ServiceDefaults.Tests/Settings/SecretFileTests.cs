using ServiceDefaults.Settings;
using ServiceDefaults.Settings.Catalog;

namespace ServiceDefaults.Tests.Settings;

[Trait("Category", "Config")]
public sealed class SecretFileTests : IDisposable
{
    private readonly SettingsFixture _settings = new();

    public void Dispose() => _settings.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [Trait("Requirement", "S-043")]
    public void A_secret_is_read_from_its_file_without_the_last_newline(string end)
    {
        _settings.Environment("MCP_JWT_SECRET_FILE", _settings.Write("jwt", SettingsFixture.Secrets.Jwt + end));

        Assert.Equal(SettingsFixture.Secrets.Jwt, _settings.Snapshot().Get<AuthenticationOptions>().JwtSecret);
    }

    [Fact]
    [Trait("Requirement", "S-043")]
    public void Every_setting_can_come_from_a_file()
    {
        _settings.Environment("MCP_PORT_FILE", _settings.Write("port", "8123\n"));

        var setting = _settings.Snapshot().Settings.Single(setting => setting.Name == "MCP_PORT");

        Assert.Equal(8123, setting.Value);
        Assert.Equal($"file {Path.Combine(_settings.Root, "port")} (environment variable MCP_PORT_FILE)", setting.Source);
    }

    [Theory]
    [InlineData("missing", "does not exist")]
    [InlineData("configs", "is a directory")]
    [InlineData("empty", "is empty")]
    [Trait("Requirement", "S-043")]
    public void A_file_that_gives_no_secret_is_refused(string name, string problem)
    {
        _settings.Write("empty", "\n");
        _settings.Environment("MCP_JWT_SECRET_FILE", Path.Combine(_settings.Root, name));

        var error = _settings.Error();

        Assert.Equal("MCP_JWT_SECRET", error.Key);
        Assert.Contains(problem, error.Problem, StringComparison.Ordinal);
        Assert.Equal("environment variable MCP_JWT_SECRET_FILE", error.Source);
    }

    [Fact]
    [Trait("Requirement", "S-043")]
    public void In_one_layer_the_value_wins_over_the_file_and_says_so()
    {
        _settings.Environment("MCP_JWT_SECRET", SettingsFixture.Secrets.Jwt).Environment("MCP_JWT_SECRET_FILE", "/nowhere");

        var snapshot = _settings.Snapshot();

        Assert.Equal(SettingsFixture.Secrets.Jwt, snapshot.Get<AuthenticationOptions>().JwtSecret);
        Assert.Contains(snapshot.Report.Warnings, warning => warning is { Kind: SettingWarningKind.Ignored, Key: "MCP_JWT_SECRET_FILE" });
    }

    [Fact]
    [Trait("Requirement", "S-043")]
    public void A_file_in_a_stronger_layer_wins_over_a_value_in_a_weaker_one()
    {
        _settings.Environment("MCP_CONFIG_PATH", _settings.Write("mcp.env", $"MCP_JWT_SECRET={SettingsFixture.Secrets.Salt}"))
            .Environment("MCP_JWT_SECRET_FILE", _settings.Write("jwt", SettingsFixture.Secrets.Jwt));

        Assert.Equal(SettingsFixture.Secrets.Jwt, _settings.Snapshot().Get<AuthenticationOptions>().JwtSecret);
    }
}
