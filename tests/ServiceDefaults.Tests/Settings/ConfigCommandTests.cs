using System.CommandLine;
using System.Text.Json;
using ServiceDefaults.Settings.Commands;
using ServiceDefaults.Settings.Schema;

namespace ServiceDefaults.Tests.Settings;

public sealed class ConfigCommandTests : IDisposable
{
    private readonly SettingsFixture _settings = new();

    public void Dispose() => _settings.Dispose();

    [Fact]
    [Trait("Requirement", "S-056")]
    public void Show_prints_each_setting_with_its_source()
    {
        _settings.Yaml("config.yaml", "modules: {timeout: 7}");

        var (code, output, _) = Run("show", "--MCP_PORT=8123", "--log-level", "debug");

        Assert.Equal(0, code);
        Assert.Matches(@"(?m)^MCP_PORT +8123 +command line --MCP_PORT$", output);
        Assert.Matches(@"(?m)^MCP_LOG_LEVEL +debug +command line --log-level$", output);
        Assert.Matches(@"(?m)^MCP_MODULE_TIMEOUT +7 +.*config\.yaml:1 \(modules\.timeout\)$", output);
        Assert.Matches(@"(?m)^MCP_GATEWAYS +1 +default$", output);
        Assert.All(SettingsSchema.Product.Definitions, definition => Assert.Contains(definition.Name, output, StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Requirement", "S-043")]
    public void Show_tells_of_a_secret_only_that_it_is_set_and_how_long()
    {
        var (_, output, _) = Run("show", $"--MCP_JWT_SECRET={SettingsFixture.Secrets.Jwt}", $"--MCP_DATABASE_URL=postgresql://u:{SettingsFixture.Secrets.Password}@h/d", "--MCP_REDIS_URL=redis://:hunter2@h");

        Assert.Matches(@"(?m)^MCP_JWT_SECRET +\*\*\* \(set, 32 characters\) +command line", output);
        Assert.Matches(@"(?m)^MCP_DATABASE_PASSWORD +\*\*\* \(not set\) +default$", output);
        Assert.DoesNotContain(SettingsFixture.Secrets.Jwt, output, StringComparison.Ordinal);
        Assert.DoesNotContain(SettingsFixture.Secrets.Password, output, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", output, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "S-056")]
    public void Show_as_JSON_can_be_read_by_programs()
    {
        var (code, output, _) = Run("show", "--json", "--MCP_PORT=8123", $"--MCP_JWT_SECRET={SettingsFixture.Secrets.Jwt}");

        var root = JsonDocument.Parse(output).RootElement;
        var settings = root.GetProperty("settings").EnumerateArray().ToDictionary(setting => setting.GetProperty("key").GetString()!, StringComparer.Ordinal);
        Assert.Equal(0, code);
        Assert.Equal("development", root.GetProperty("environment").GetString());
        Assert.Equal("8123", settings["MCP_PORT"].GetProperty("value").GetString());
        Assert.Equal("command line --MCP_PORT", settings["MCP_PORT"].GetProperty("source").GetString());
        Assert.Equal(("***", 32), (settings["MCP_JWT_SECRET"].GetProperty("value").GetString(), settings["MCP_JWT_SECRET"].GetProperty("length").GetInt32()));
        Assert.True(settings.ContainsKey("ConnectionStrings:mcpdb"));
        Assert.DoesNotContain(SettingsFixture.Secrets.Jwt, output, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "S-045")]
    public void Show_prints_what_there_is_even_when_something_is_refused()
    {
        var (code, output, error) = Run("show", "--MCP_PORT=abc");

        Assert.Equal(78, code);
        Assert.Contains("MCP_GATEWAYS", output, StringComparison.Ordinal);
        Assert.Contains("\"key\":\"MCP_PORT\"", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(".env.example")]
    [InlineData("deploy/env/mcp.env.example", "--deployment")]
    [Trait("Requirement", "S-013")]
    public void The_examples_are_what_is_committed(string file, params string[] options)
    {
        var (code, output, _) = Run(["env-example", .. options]);

        Assert.Equal(0, code);
        Assert.True(output == File.ReadAllText(Repository.PathOf(file)), $"{file} is stale; run: McpGateway config env-example {string.Join(' ', options)} > {file}");
    }

    private (int Code, string Output, string Error) Run(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        string[] all = arguments[0] == "show" ? [.. arguments, $"--MCP_CONFIG_DIR={_settings.Configs}", "--MCP_ENV=development"] : arguments;
        var code = ConfigCommand.Create(ServiceIdentity.Gateway).Parse(all).Invoke(new InvocationConfiguration { Output = output, Error = error });
        return (code, output.ToString(), error.ToString());
    }
}
