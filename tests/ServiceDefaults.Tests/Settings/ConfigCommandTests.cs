using System.CommandLine;
using System.Text.Json;
using ServiceDefaults.Settings.Commands;
using ServiceDefaults.Settings.Schema;

namespace ServiceDefaults.Tests.Settings;

[Trait("Category", "Config")]
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
        Assert.Matches(@"(?m)^MCP_PORT +8123 +restart +command line --MCP_PORT$", output);
        Assert.Matches(@"(?m)^MCP_LOG_LEVEL +debug +at once +command line --log-level$", output);
        Assert.Matches(@"(?m)^MCP_MODULE_TIMEOUT +7 +at once +.*config\.yaml:1 \(modules\.timeout\)$", output);
        Assert.Matches(@"(?m)^MCP_GATEWAYS +1 +restart +default$", output);
        Assert.All(SettingsSchema.Product.Definitions, definition => Assert.Contains(definition.Name, output, StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Requirement", "S-043")]
    public void Show_tells_of_a_secret_only_that_it_is_set_and_how_long()
    {
        var (_, output, _) = Run("show", $"--MCP_JWT_SECRET={SettingsFixture.Secrets.Jwt}", $"--MCP_DATABASE_URL=postgresql://u:{SettingsFixture.Secrets.Password}@h/d", "--MCP_REDIS_URL=redis://:hunter2@h");

        Assert.Matches(@"(?m)^MCP_JWT_SECRET +\*\*\* \(set, 32 characters\) +restart +command line", output);
        Assert.Matches(@"(?m)^MCP_DATABASE_BACKUP_PASSWORD +\*\*\* \(not set\) +restart +default$", output);
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

    [Fact]
    public void The_page_of_all_settings_is_what_is_committed()
    {
        using var output = new StringWriter();

        var code = SettingsDocsCommand.Create().Parse([]).Invoke(new InvocationConfiguration { Output = output });

        Assert.Equal(0, code);
        Assert.True(output.ToString() == File.ReadAllText(Repository.PathOf("docs/CONFIGURATION.md")), "docs/CONFIGURATION.md is stale; run: McpGateway docs settings > docs/CONFIGURATION.md");
    }

    [Fact]
    [Trait("Requirement", "S-058")]
    public void Show_as_JSON_tells_what_is_hot_and_what_waits_for_a_restart_without_telling_secrets()
    {
        _settings.Environment("MCP_JWT_SECRET_FILE", _settings.Write("secret", SettingsFixture.Secrets.Jwt));
        using var running = new Reload.RunningSettings(_settings);
        _settings.Write("secret", SettingsFixture.Secrets.Salt);
        _settings.Yaml("config.local.yaml", "server: {port: 9000}");
        running.Settle();

        var json = ServiceDefaults.Settings.EffectiveSettings.Json(running.Current);

        var settings = JsonDocument.Parse(json).RootElement.GetProperty("settings").EnumerateArray().ToDictionary(setting => setting.GetProperty("key").GetString()!, StringComparer.Ordinal);
        Assert.Equal("9000", settings["MCP_PORT"].GetProperty("pending").GetProperty("value").GetString());
        Assert.EndsWith("config.local.yaml:1 (server.port)", settings["MCP_PORT"].GetProperty("pending").GetProperty("source").GetString(), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, settings["MCP_JWT_SECRET"].GetProperty("pending").GetProperty("value").ValueKind);
        Assert.Equal(JsonValueKind.Null, settings["MCP_HOST"].GetProperty("pending").ValueKind);
        Assert.True(settings["MCP_RATE_LIMIT_RPM"].GetProperty("hot_reload").GetBoolean());
        Assert.False(settings["MCP_PORT"].GetProperty("hot_reload").GetBoolean());
        Assert.DoesNotContain(SettingsFixture.Secrets.Jwt, json, StringComparison.Ordinal);
        Assert.DoesNotContain(SettingsFixture.Secrets.Salt, json, StringComparison.Ordinal);
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
