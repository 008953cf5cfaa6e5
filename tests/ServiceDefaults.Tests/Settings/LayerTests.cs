using ServiceDefaults.Settings;
using ServiceDefaults.Settings.Catalog;

namespace ServiceDefaults.Tests.Settings;

[Trait("Category", "Config")]
public sealed class LayerTests : IDisposable
{
    private readonly SettingsFixture _settings = new();

    public void Dispose() => _settings.Dispose();

    /// <summary>Each layer alone over the ones below it, and all of them together.</summary>
    [Theory]
    [InlineData(0, 60)]
    [InlineData(1, 101)]
    [InlineData(2, 102)]
    [InlineData(3, 103)]
    [InlineData(4, 104)]
    [InlineData(5, 105)]
    [InlineData(6, 106)]
    [Trait("Requirement", "S-041")]
    public void A_stronger_layer_wins_over_all_weaker_ones(int layers, int expected)
    {
        Action[] write =
        [
            () => _settings.Yaml("config.yaml", "modules: {timeout: 101}"),
            () => _settings.Yaml("development.yaml", "modules: {timeout: 102}"),
            () => _settings.Yaml("config.local.yaml", "modules: {timeout: 103}"),
            () => _settings.Environment("MCP_CONFIG_PATH", _settings.Write("mcp.env", "MCP_MODULE_TIMEOUT=104")),
            () => _settings.Environment("MCP_MODULE_TIMEOUT", "105"),
            () => _settings.CommandLine("--MCP_MODULE_TIMEOUT=106"),
        ];
        Array.ForEach(write[..layers], step => step());

        Assert.Equal(expected, _settings.Snapshot().Get<ModuleOptions>().TimeoutSeconds);
    }

    [Theory]
    [InlineData("config.yaml")]
    [InlineData("development.yaml")]
    [InlineData("config.local.yaml")]
    [Trait("Requirement", "S-041")]
    public void Each_file_is_named_as_the_source_with_its_line(string file)
    {
        _settings.Yaml(file, "# note\nmodules:\n  timeout: 7\n");

        var source = _settings.Snapshot().Settings.Single(setting => setting.Name == "MCP_MODULE_TIMEOUT").Source;

        Assert.Equal($"{Path.Combine(_settings.Configs, file)}:3 (modules.timeout)", source);
    }

    [Theory]
    [InlineData("--MCP_PORT=8123")]
    [InlineData("--MCP_PORT", "8123")]
    [Trait("Requirement", "S-019")]
    public void The_command_line_takes_a_key_with_its_value(params string[] arguments)
    {
        _settings.CommandLine(arguments).Environment("MCP_PORT", "9000");

        Assert.Equal(8123, _settings.Snapshot().Get<ServerOptions>().Port);
    }

    [Theory]
    [InlineData("debug")]
    [InlineData("warn")]
    [Trait("Requirement", "S-032")]
    public void The_option_for_the_log_level_wins_over_environment_and_files(string level)
    {
        _settings.CommandLine("--log-level", level).Environment("MCP_LOG_LEVEL", "error").Yaml("config.yaml", "monitoring: {level: critical}");

        Assert.Equal(level, _settings.Snapshot().Get<LoggingOptions>().Level);
    }

    [Fact]
    [Trait("Requirement", "S-036")]
    public void Another_folder_can_be_named()
    {
        Directory.CreateDirectory(Path.Combine(_settings.Root, "other"));
        _settings.Write("other/config.yaml", "modules: {timeout: 9}");
        _settings.Environment("MCP_CONFIG_DIR", Path.Combine(_settings.Root, "other"));

        Assert.Equal(9, _settings.Snapshot().Get<ModuleOptions>().TimeoutSeconds);
    }

    [Fact]
    [Trait("Requirement", "S-036")]
    public void A_named_folder_that_is_missing_is_an_error()
    {
        var missing = Path.Combine(_settings.Root, "nowhere");
        _settings.Environment("MCP_CONFIG_DIR", missing);

        var error = _settings.Error();

        Assert.Equal("MCP_CONFIG_DIR", error.Key);
        Assert.Contains(missing, error.Problem, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "S-041")]
    public void An_empty_value_counts_as_not_set()
    {
        _settings.Environment("MCP_MODULE_TIMEOUT", "").Environment("MCP_AUTH_MODE", "").Yaml("config.yaml", "modules: {timeout: 5}\napi: {auth: {mode: }}");

        var snapshot = _settings.Snapshot();

        Assert.Equal(5, snapshot.Get<ModuleOptions>().TimeoutSeconds);
        Assert.Equal("jwt", snapshot.Get<AuthenticationOptions>().Mode);
    }

    [Theory]
    [InlineData(8000, "gateway")]
    [InlineData(0, "worker")]
    [Trait("Requirement", "S-019")]
    public void The_port_in_the_shared_files_is_the_gateways(int expected, string service)
    {
        _settings.Yaml("config.yaml", "server: {port: 8000}");

        var identity = service == "gateway" ? ServiceIdentity.Gateway : ServiceIdentity.Worker;

        Assert.Equal(expected, _settings.Snapshot(identity).Get<ServerOptions>().Port);
    }

    [Fact]
    public void A_value_of_the_hosts_own_configuration_counts()
    {
        var configuration = new Microsoft.Extensions.Configuration.ConfigurationManager { ["MCP_RATE_LIMIT_RPM"] = "2" };

        var snapshot = SettingsFeature.Load(ServiceIdentity.Gateway, configuration, _settings.Root);

        Assert.Equal(2, snapshot.Get<RateLimitOptions>().EffectiveRequestsPerMinute);
    }
}
