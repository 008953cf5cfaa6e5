using ServiceDefaults.Settings.Catalog;
using ServiceDefaults.Settings.Schema;

namespace ServiceDefaults.Tests.Settings;

[Trait("Category", "Config")]
public sealed class AliasTests : IDisposable
{
    private readonly SettingsFixture _settings = new();

    public void Dispose() => _settings.Dispose();

    public static TheoryData<string, string, string, string> Pairs => new()
    {
        { "HOST", "MCP_HOST", "10.0.0.1", "10.0.0.2" },
        { "PORT", "MCP_PORT", "3000", "8123" },
        { "LOG_LEVEL", "MCP_LOG_LEVEL", "debug", "error" },
        { "RATE_LIMIT_RPM", "MCP_RATE_LIMIT_RPM", "500", "70" },
        { "DATABASE_URL", "MCP_DATABASE_URL", "postgresql://a@one/x", "postgresql://a@two/x" },
    };

    [Theory]
    [MemberData(nameof(Pairs))]
    [Trait("Requirement", "S-051")]
    public void An_alias_is_read_until_the_own_name_is_set(string alias, string name, string aliasValue, string nameValue)
    {
        _settings.Environment(alias, aliasValue);
        Assert.Equal(aliasValue, Effective(name));

        _settings.Environment(name, nameValue);
        Assert.Equal(nameValue, Effective(name));
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    [Trait("Requirement", "S-051")]
    public void The_own_name_in_a_weaker_layer_still_wins(string alias, string name, string aliasValue, string nameValue)
    {
        _settings.Environment("MCP_CONFIG_PATH", _settings.Write("mcp.env", $"{name}={nameValue}")).CommandLine($"--{alias}={aliasValue}");

        Assert.Equal(nameValue, Effective(name));
    }

    [Fact]
    [Trait("Requirement", "S-019")]
    public void An_alias_wins_over_the_yaml_files()
    {
        _settings.Yaml("config.yaml", "server: {port: 8000}").Environment("PORT", "3000");

        Assert.Equal(3000, _settings.Snapshot().Get<ServerOptions>().Port);
    }

    [Fact]
    [Trait("Requirement", "S-051")]
    public void A_shells_own_HOST_does_not_stop_a_service()
    {
        var snapshot = _settings.Environment("HOST", "my-machine").Snapshot();

        Assert.Equal("0.0.0.0", snapshot.Get<ServerOptions>().Host);
        Assert.Contains(snapshot.Report.Warnings, warning => warning.Kind == ServiceDefaults.Settings.SettingWarningKind.Ignored
            && warning.Message.StartsWith("environment variable HOST is ignored: as MCP_HOST it must be an IP address", StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Requirement", "S-051")]
    public void Every_alias_of_the_schema_is_covered_here()
    {
        var tested = Pairs.Select(pair => pair.Data.Item1).Append("NODE_ENV").Order(StringComparer.Ordinal);

        Assert.Equal(SettingsSchema.Product.Definitions.SelectMany(definition => definition.Setting.Aliases).Order(StringComparer.Ordinal), tested);
    }

    private string Effective(string name) => _settings.Snapshot().Settings.Single(setting => setting.Name == name).Text;
}
