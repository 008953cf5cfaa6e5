using ServiceDefaults.Settings.Catalog;

namespace ServiceDefaults.Tests.Settings;

[Trait("Category", "Config")]
public sealed class EnvironmentTests : IDisposable
{
    private readonly SettingsFixture _settings = new();

    public EnvironmentTests() => _settings.Yaml("development.yaml", "modules: {timeout: 11}").Yaml("staging.yaml", "modules: {timeout: 22}");

    public void Dispose() => _settings.Dispose();

    [Fact]
    [Trait("Requirement", "S-038")]
    public void Development_is_the_default() => Assert.Equal(11, Timeout());

    [Theory]
    [InlineData("MCP_ENV", "staging")]
    [InlineData("MCP_ENV", "Staging")]
    [InlineData("NODE_ENV", "staging")]
    [InlineData("ASPNETCORE_ENVIRONMENT", "Staging")]
    [InlineData("DOTNET_ENVIRONMENT", "Staging")]
    [Trait("Requirement", "S-038")]
    public void Each_of_its_names_chooses_the_file(string key, string value)
    {
        _settings.Production().Environment("MCP_ENV", null).Environment(key, value);

        Assert.Equal(22, Timeout());
    }

    [Theory]
    [InlineData("MCP_ENV", "NODE_ENV")]
    [InlineData("NODE_ENV", "ASPNETCORE_ENVIRONMENT")]
    [InlineData("ASPNETCORE_ENVIRONMENT", "DOTNET_ENVIRONMENT")]
    [Trait("Requirement", "S-051")]
    public void The_more_particular_name_wins(string winner, string loser)
    {
        _settings.Production().Environment("MCP_ENV", null).Environment(winner, "staging").Environment(loser, "production");

        Assert.Equal("staging", _settings.Snapshot().Environment);
    }

    [Theory]
    [InlineData("--MCP_ENV=staging")]
    [InlineData("--environment=Staging")]
    [Trait("Requirement", "S-038")]
    public void The_command_line_chooses_it(string argument)
    {
        _settings.Production().Environment("MCP_ENV", null).CommandLine(argument);

        Assert.Equal(22, Timeout());
    }

    [Fact]
    [Trait("Requirement", "S-038")]
    public void The_environment_file_chooses_it()
    {
        _settings.Production().Environment("MCP_ENV", null).Environment("MCP_CONFIG_PATH", _settings.Write("mcp.env", "MCP_ENV=staging"));

        Assert.Equal(22, Timeout());
    }

    [Fact]
    [Trait("Requirement", "S-038")]
    public void An_environment_without_a_file_is_refused_and_the_file_named()
    {
        _settings.Environment("MCP_ENV", "nosuch");

        var error = _settings.Error();

        Assert.Equal("MCP_ENV", error.Key);
        Assert.Contains(Path.Combine(_settings.Configs, "nosuch.yaml"), error.Problem, StringComparison.Ordinal);
        Assert.Equal("environment variable MCP_ENV", error.Source);
    }

    [Theory]
    [InlineData("../production")]
    [InlineData("a b")]
    [Trait("Requirement", "S-038")]
    public void A_name_that_could_leave_the_folder_is_refused(string name)
    {
        _settings.Environment("MCP_ENV", name);

        Assert.Equal("MCP_ENV", _settings.Error().Key);
    }

    [Fact]
    [Trait("Requirement", "S-043")]
    public void It_can_come_from_a_file_of_its_own()
    {
        _settings.Production().Environment("MCP_ENV", null).Environment("MCP_ENV_FILE", _settings.Write("env", "staging\n"));

        Assert.Equal(22, Timeout());
    }

    [Fact]
    [Trait("Requirement", "S-045")]
    public void A_file_of_its_own_that_is_missing_is_an_error()
    {
        _settings.Environment("MCP_ENV_FILE", "/nowhere");

        Assert.Equal(("MCP_ENV", "does not exist", "/nowhere"), (_settings.Error().Key, _settings.Error().Problem, _settings.Error().Source));
    }

    private int Timeout() => _settings.Snapshot().Get<ModuleOptions>().TimeoutSeconds;
}
