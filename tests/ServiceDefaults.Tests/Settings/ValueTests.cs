using ServiceDefaults.Settings.Catalog;

namespace ServiceDefaults.Tests.Settings;

[Trait("Category", "Config")]
public sealed class ValueTests : IDisposable
{
    private readonly SettingsFixture _settings = new();

    public void Dispose() => _settings.Dispose();

    [Theory]
    [InlineData("MCP_PORT", "abc", "'abc' is not a whole number")]
    [InlineData("MCP_HOST", "eth0.example.com", "must be an IP address")]
    [InlineData("MCP_PORT", "65536", "between 0 and 65535")]
    [InlineData("MCP_PORT", "8000.5", "not a whole number")]
    [InlineData("MCP_AUDIT_SPOOL_MAX_BYTES", "1", "between 16777216 and 1099511627776")]
    [InlineData("MCP_AUDIT_SPOOL_MAX_BYTES", "much", "not a whole number")]
    [InlineData("MCP_AUTH_MODE", "foo", "jwt, api_key or both")]
    [InlineData("MCP_RATE_LIMIT_RPM", "-1", "between 0 and 1000000")]
    [InlineData("MCP_RATE_LIMIT_ENABLED", "maybe", "'maybe' is not true or false")]
    [InlineData("MCP_RATE_LIMIT_STORAGE", "disk", "redis or memory")]
    [InlineData("MCP_ALLOWED_IPS", "300.1.1.1", "'300.1.1.1' is not an IP address")]
    [InlineData("MCP_ALLOWED_IPS", "10.1", "'10.1' is not an IP address")]
    [InlineData("MCP_BLOCKED_IPS", "10.0.0.0/33", "not an IP address or a CIDR")]
    [InlineData("MCP_TRUSTED_PROXIES", "[\"10.0.0.0/8\"", "not a JSON array of strings")]
    [InlineData("MCP_TRUSTED_PROXIES", "[1]", "not a JSON array of strings")]
    [InlineData("MCP_TRUSTED_PROXIES", "[\"\"]", "an empty element")]
    [InlineData("MCP_CORS_ORIGINS", "https://app.example.com/path", "not an origin")]
    [InlineData("MCP_LOG_LEVEL", "loud", "must be DEBUG")]
    [InlineData("MCP_WORKERS", "0", "max or a number from 1 to 64")]
    [InlineData("MCP_WORKERS", "-1", "max or a number from 1 to 64")]
    [InlineData("MCP_WORKERS", "65", "max or a number from 1 to 64")]
    [InlineData("MCP_METRICS_PATH", "metrics", "must start with /")]
    [InlineData("MCP_ADVERTISE_URL", "gateway:8000", "http:// or https://")]
    [InlineData("MCP_DATABASE_URL", "sqlite:///x.db", "PostgreSQL only")]
    [InlineData("MCP_REDIS_URL", "http://localhost", "redis:// and rediss://")]
    [Trait("Requirement", "S-045")]
    public void An_invalid_value_is_refused_with_key_problem_source_and_cure(string key, string value, string problem)
    {
        _settings.Environment(key, value);

        var error = _settings.Error();

        Assert.Equal(key, error.Key);
        Assert.Contains(problem, error.Problem, StringComparison.Ordinal);
        Assert.Equal($"environment variable {key}", error.Source);
        Assert.NotEmpty(error.Cure);
    }

    [Fact]
    [Trait("Requirement", "S-045")]
    public void All_problems_are_told_at_once()
    {
        _settings.Environment("MCP_PORT", "abc").Environment("MCP_AUTH_MODE", "foo").Yaml("config.yaml", "modules: {timeout: 0}").CommandLine("--log-level", "loud");

        var keys = _settings.Load().Errors.Select(error => error.Key).ToArray();

        Assert.Equal(["MCP_PORT", "MCP_AUTH_MODE", "MCP_LOG_LEVEL", "MCP_MODULE_TIMEOUT"], keys);
    }

    [Theory]
    [InlineData("0", "between 1 and 3600")]
    [InlineData("[1, 2]", "not a whole number")]
    [InlineData("{deep: 1}", "is below modules.timeout")]
    [InlineData("[{a: 1}]", "neither a value nor a list")]
    [Trait("Requirement", "S-045")]
    public void A_wrong_shape_in_yaml_is_refused(string yaml, string problem)
    {
        _settings.Yaml("config.yaml", $"modules:\n  timeout: {yaml}\n");

        var load = _settings.Load();

        Assert.Contains(problem, Assert.Single(load.Errors).Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("127.0.0.1")]
    [InlineData("::")]
    [InlineData("[::1]")]
    [InlineData("localhost")]
    [InlineData("*")]
    [Trait("Requirement", "S-019")]
    public void Addresses_to_listen_on_are_accepted(string host)
    {
        _settings.Environment("MCP_HOST", host);

        Assert.Equal(host, _settings.Snapshot().Get<ServerOptions>().Host);
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("TRUE", true)]
    [InlineData("1", true)]
    [InlineData("yes", true)]
    [InlineData("on", true)]
    [InlineData("false", false)]
    [InlineData("0", false)]
    [InlineData("No", false)]
    [InlineData("off", false)]
    public void Booleans_are_read_as_people_write_them(string text, bool expected)
    {
        _settings.Environment("MCP_RATE_LIMIT_ENABLED", text);

        Assert.Equal(expected, _settings.Snapshot().Get<RateLimitOptions>().Enabled);
    }

    public static TheoryData<string, string, string, string[]> Lists => new()
    {
        { "MCP_CORS_ORIGINS", "[\"https://a.example.com\", \"https://b.example.com\"]", "https://a.example.com, https://b.example.com", ["https://a.example.com", "https://b.example.com"] },
        { "MCP_TRUSTED_PROXIES", "[\"127.0.0.1\",\"10.0.0.0/8\"]", "127.0.0.1,10.0.0.0/8", ["127.0.0.1", "10.0.0.0/8"] },
        { "MCP_MODULES_ENABLED", "[\"media\",\"rag\"]", " media , rag ,", ["media", "rag"] },
        { "MCP_ALLOWED_IPS", "[\"10.0.0.0/24\",\"2001:db8::/32\"]", "10.0.0.0/24,2001:db8::/32", ["10.0.0.0/24", "2001:db8::/32"] },
        { "MCP_BLOCKED_IPS", "[\"0.0.0.0/0\"]", "0.0.0.0/0", ["0.0.0.0/0"] },
    };

    [Theory]
    [MemberData(nameof(Lists))]
    [Trait("Requirement", "S-047")]
    public void A_list_is_a_JSON_array_or_text_with_commas(string key, string json, string commas, string[] expected)
    {
        foreach (var text in new[] { json, commas })
        {
            _settings.Environment(key, text);

            var value = _settings.Load().Snapshot!.Settings.Single(setting => setting.Name == key).Value;

            Assert.Equal(expected, Assert.IsType<IReadOnlyList<string>>(value, exactMatch: false));
        }
    }

    [Fact]
    [Trait("Requirement", "S-047")]
    public void An_empty_array_empties_a_list_that_a_weaker_layer_fills()
    {
        _settings.Yaml("config.yaml", "modules: {enabled: [media]}").Environment("MCP_MODULES_ENABLED", "[]");

        Assert.Empty(_settings.Snapshot().Get<ModuleOptions>().Enabled);
    }

    [Theory]
    [InlineData("2", 2)]
    [InlineData(null, 4)]
    [Trait("Requirement", "S-021")]
    public void Worker_replicas_are_as_many_as_asked_for(string? workers, int expected)
    {
        _settings.Environment("MCP_WORKERS", workers);

        Assert.Equal(expected, _settings.Snapshot().Get<ServerOptions>().WorkerReplicas);
    }

    [Fact]
    [Trait("Requirement", "S-022")]
    public void Max_means_a_worker_for_each_core()
    {
        _settings.Environment("MCP_WORKERS", "max");

        Assert.Equal(Environment.ProcessorCount, _settings.Snapshot().Get<ServerOptions>().WorkerReplicas);
    }

    [Theory]
    [InlineData("MCP_PROT", "MCP_PORT")]
    [InlineData("MCP_RATE_LIMIT_RPS", "MCP_RATE_LIMIT_RPM")]
    [InlineData("MCP_LOGLEVEL", "MCP_LOG_LEVEL")]
    public void An_unknown_name_is_reported_with_the_nearest_known_one(string key, string nearest)
    {
        _settings.Environment(key, "1");

        var warning = Assert.Single(_settings.Snapshot().Report.Warnings, warning => warning.Kind == ServiceDefaults.Settings.SettingWarningKind.Unknown);

        Assert.Equal(key, warning.Key);
        Assert.EndsWith($"Did you mean {nearest}?", warning.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_name_like_nothing_we_know_gets_no_guess()
    {
        _settings.Yaml("config.yaml", "zebra: {stripes: 9}").Environment("HOME_DIR", "x");

        var warning = Assert.Single(_settings.Snapshot().Report.Warnings, warning => warning.Kind == ServiceDefaults.Settings.SettingWarningKind.Unknown);

        Assert.Equal("zebra.stripes", warning.Key);
        Assert.DoesNotContain("Did you mean", warning.Message, StringComparison.Ordinal);
        Assert.EndsWith("config.yaml:1 (zebra.stripes)", warning.Source, StringComparison.Ordinal);
    }
}
