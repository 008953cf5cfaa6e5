using System.Globalization;
using System.Text.RegularExpressions;
using ServiceDefaults.Settings.Layers;
using ServiceDefaults.Settings.Schema;

namespace ServiceDefaults.Tests.Settings;

/// <summary>The settings files that are committed.</summary>
[Trait("Category", "Config")]
public sealed class ShippedFilesTests : IDisposable
{
    private readonly SettingsFixture _settings = new();

    public void Dispose() => _settings.Dispose();

    [Theory]
    [InlineData("config.yaml")]
    [InlineData("config.local.yaml")]
    [InlineData("development.yaml")]
    [InlineData("production.yaml")]
    [Trait("Requirement", "S-036")]
    public void Each_file_is_there_and_sets_only_what_exists(string name) =>
        Assert.All(YamlFile.Read(Repository.PathOf($"configs/{name}")).Keys, path => Assert.True(SettingsSchema.Product.KnowsYaml(path), path));

    [Fact]
    [Trait("Requirement", "S-036")]
    public void The_local_file_is_committed_with_comments_only() =>
        Assert.Empty(YamlFile.Read(Repository.PathOf("configs/config.local.yaml")));

    [Theory]
    [InlineData("config.yaml")]
    [InlineData("development.yaml")]
    [InlineData("production.yaml")]
    [Trait("Requirement", "S-037")]
    public void Every_key_is_explained_by_a_comment(string name)
    {
        var lines = File.ReadAllLines(Repository.PathOf($"configs/{name}"));

        foreach (var (raw, path) in YamlFile.Read(Repository.PathOf($"configs/{name}")).Select(pair => (pair.Value, pair.Key)))
        {
            var line = int.Parse(Regex.Match(raw.Source, @":(?<line>\d+) ", RegexOptions.None, TimeSpan.FromSeconds(1)).Groups["line"].Value, CultureInfo.InvariantCulture);

            Assert.True(lines[line - 2].TrimStart().StartsWith('#') || lines[line - 1].Contains(" #", StringComparison.Ordinal), path);
        }
    }

    [Theory]
    [InlineData("server.port", "8000", "9000", "MCP_PORT")]
    [InlineData("server.host", "0.0.0.0", "127.0.0.1", "MCP_HOST")]
    [InlineData("server.workers", "4", "5", "MCP_WORKERS")]
    [InlineData("database.host", "", "db.example.com", "MCP_DATABASE_HOST")]
    [InlineData("database.pool_size", "20", "21", "MCP_DATABASE_POOL_SIZE")]
    [InlineData("monitoring.enabled", "true", "false", "MCP_MONITORING_ENABLED")]
    [InlineData("monitoring.level", "info", "warn", "MCP_LOG_LEVEL")]
    [InlineData("rate_limiting.enabled", "true", "false", "MCP_RATE_LIMIT_ENABLED")]
    [InlineData("rate_limiting.max_requests", "100", "101", "MCP_RATE_LIMIT_MAX_REQUESTS")]
    [InlineData("rate_limiting.window", "60", "61", "MCP_RATE_LIMIT_WINDOW")]
    [Trait("Requirement", "S-039")]
    public void Production_holds_the_keys_of_the_sources_and_each_takes_effect(string path, string shipped, string changed, string key)
    {
        var production = File.ReadAllText(Repository.PathOf("configs/production.yaml"));
        Assert.Equal(shipped, YamlFile.Read(Repository.PathOf("configs/production.yaml"))[path].Text);

        _settings.Production().Yaml("production.yaml", production);
        var before = Effective(key);
        var parts = path.Split('.');
        _settings.Yaml("config.local.yaml", $"{parts[0]}: {{{parts[1]}: {changed}}}");

        Assert.Equal(changed, Effective(key));
        Assert.NotEqual(before, Effective(key), StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("api: {auth: {mode: api_key}}", "MCP_AUTH_MODE", "api_key")]
    [InlineData("api: {auth: {jwt: {algorithm: HS256}}}", "MCP_JWT_ALGORITHM", "HS256")]
    [InlineData("monitoring: {prometheus: {enabled: false}}", "MCP_METRICS_ENABLED", "false")]
    [InlineData("monitoring: {prometheus: {port: 9191}}", "MCP_METRICS_PORT", "9191")]
    [InlineData("monitoring: {prometheus: {path: /m}}", "MCP_METRICS_PATH", "/m")]
    [Trait("Requirement", "S-040")]
    public void The_sections_of_the_sources_bind(string yaml, string key, string expected)
    {
        _settings.Yaml("config.yaml", yaml);

        Assert.Equal(expected, Effective(key));
    }

    [Fact]
    [Trait("Requirement", "S-039")]
    public void Development_accepts_both_credentials() =>
        Assert.Equal("both", YamlFile.Read(Repository.PathOf("configs/development.yaml"))["api.auth.mode"].Text);

    [Theory]
    [InlineData(".env.example")]
    [InlineData("deploy/env/mcp.env.example")]
    [Trait("Requirement", "S-013")]
    public void An_example_lists_exactly_the_settings_there_are(string file)
    {
        var keys = DotenvFile.Read(Repository.PathOf(file)).Keys.Where(key => !key.StartsWith("DOTNET_", StringComparison.Ordinal));

        Assert.Equal(SettingsSchema.Product.Definitions.Select(definition => definition.Name).Order(StringComparer.Ordinal), [.. keys.Order(StringComparer.Ordinal)], StringComparer.Ordinal);
    }

    [Theory]
    [InlineData(".env.example")]
    [InlineData("deploy/env/mcp.env.example")]
    [Trait("Requirement", "S-013")]
    public void An_example_loads_and_holds_no_usable_secret(string file)
    {
        var values = DotenvFile.Read(Repository.PathOf(file));
        _settings.Environment("MCP_CONFIG_PATH", Repository.PathOf(file));

        Assert.Empty(_settings.Environment("MCP_ENV", "development").Load().Errors);
        Assert.Equal(["MCP_DATABASE_URL", "MCP_INTERNAL_SECRET", "MCP_JWT_SECRET"],
            [.. _settings.Environment("MCP_ENV", "production").Load().Errors.Select(error => error.Key).Order(StringComparer.Ordinal)], StringComparer.Ordinal);
        Assert.All(SettingsSchema.Product.Definitions.Where(definition => definition.IsKey), definition => Assert.Equal("", values[definition.Name].Text));
    }

    [Theory]
    [InlineData("NODE_ENV", "production")]
    [InlineData("LOG_LEVEL", "warn")]
    [InlineData("API_TIMEOUT", "30000")]
    [InlineData("RATE_LIMIT_RPM", "500")]
    [InlineData("PORT", "8000")]
    [InlineData("HOST", "0.0.0.0")]
    [InlineData("CMS_BASE_URL", "https://cms.example.com/api")]
    [InlineData("OAUTH_CLIENT_ID", "")]
    [InlineData("OAUTH_REDIRECT_URI", "https://mcp.example.com/callback")]
    [Trait("Requirement", "S-052")]
    public void The_production_sample_has_the_values_of_the_sources(string key, string value) =>
        Assert.Equal(value, DotenvFile.Read(Repository.PathOf("deploy/env/production.env.example"))[key].Text);

    [Theory]
    [InlineData("deploy/env/production.env.example")]
    [InlineData("deploy/env/mcp.env.example")]
    [InlineData("deploy/env/worker.env")]
    [InlineData(".env.example")]
    [Trait("Requirement", "S-052")]
    public void No_environment_file_of_ours_has_an_unknown_key(string file)
    {
        _settings.Environment("MCP_CONFIG_PATH", Repository.PathOf(file));

        var load = _settings.Load();

        Assert.Equal(file.Contains("production", StringComparison.Ordinal) || file.Contains("worker", StringComparison.Ordinal) ? "production" : "development", load.Snapshot!.Environment);
        Assert.DoesNotContain(load.Snapshot.Report.Warnings, warning => warning.Kind == ServiceDefaults.Settings.SettingWarningKind.Unknown);
    }

    [Fact]
    [Trait("Requirement", "S-052")]
    public void With_its_secrets_filled_in_the_production_sample_starts_a_gateway()
    {
        var sample = File.ReadAllText(Repository.PathOf("deploy/env/production.env.example"));
        foreach (var (key, value) in new[]
        {
            ("MCP_JWT_SECRET", SettingsFixture.Secrets.Jwt), ("MCP_API_KEY_SALT", SettingsFixture.Secrets.Salt), ("MCP_INTERNAL_SECRET", SettingsFixture.Secrets.Internal),
            ("MCP_DATABASE_URL", $"postgresql://mcp_app:{SettingsFixture.Secrets.Password}@db:5432/mcpdb"),
        })
        {
            Assert.Contains($"\n{key}_FILE=\n", sample, StringComparison.Ordinal);
            sample = sample.Replace($"\n{key}_FILE=\n", $"\n{key}_FILE={_settings.Write(key, value)}\n", StringComparison.Ordinal);
        }

        _settings.Environment("MCP_CONFIG_PATH", _settings.Write("mcp.env", sample));

        var snapshot = _settings.Snapshot();
        Assert.Equal(("production", "warn", 500), (snapshot.Environment, snapshot.Get<ServiceDefaults.Settings.Catalog.LoggingOptions>().Level, snapshot.Get<ServiceDefaults.Settings.Catalog.RateLimitOptions>().EffectiveRequestsPerMinute));
    }

    [Theory]
    [InlineData(".env.example")]
    [InlineData("deploy/env/mcp.env.example")]
    [InlineData("deploy/env/worker.env")]
    [InlineData("deploy/env/production.env.example")]
    [Trait("Requirement", "S-042")]
    public void Comments_stand_on_lines_of_their_own_because_systemd_keeps_trailing_ones(string file) =>
        Assert.All(
            File.ReadAllLines(Repository.PathOf(file)).Where(line => line.Length > 0 && line[0] != '#'),
            line => Assert.DoesNotContain('#', line));

    /// <summary>The defaults of the sources, which the example shows to whoever copies it.</summary>
    [Theory]
    [InlineData("MCP_PORT", "8000")]
    [InlineData("MCP_METRICS_PORT", "9090")]
    [InlineData("MCP_RATE_LIMIT_RPM", "60")]
    [InlineData("MCP_RATE_LIMIT_BURST", "100")]
    [InlineData("MCP_AUTH_MODE", "jwt")]
    [InlineData("MCP_WORKERS", "4")]
    [InlineData("MCP_LOG_LEVEL", "INFO")]
    [InlineData("MCP_REDIS_URL", "redis://localhost:6379/0")]
    [InlineData("MCP_MAX_REQUEST_SIZE", "10485760")]
    [Trait("Requirement", "S-013")]
    public void The_example_shows_the_defaults_of_the_sources(string key, string expected) =>
        Assert.Equal(expected, DotenvFile.Read(Repository.PathOf(".env.example"))[key].Text);

    [Theory]
    [InlineData("deploy/env/worker.env", 1024, 64)]
    [InlineData("deploy/env/mcp.env.example", 2048, 128)]
    [Trait("Requirement", "S-030")]
    public void Heap_ceilings_are_hexadecimal_bytes(string file, int heapMegabytes, int youngMegabytes)
    {
        var values = DotenvFile.Read(Repository.PathOf(file));

        Assert.Equal(heapMegabytes * 1024L * 1024, Hexadecimal(values["DOTNET_GCHeapHardLimit"].Text));
        Assert.Equal(youngMegabytes * 1024L * 1024, Hexadecimal(values["DOTNET_GCgen0size"].Text));
    }

    [Fact]
    [Trait("Requirement", "S-057")]
    public void The_product_version_is_SemVer() =>
        Assert.Matches(@"^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?$", ProductVersion.Current);

    private string Effective(string key) => _settings.Snapshot().Settings.Single(setting => setting.Name == key).Text;

    private static long Hexadecimal(string text) => long.Parse(Assert.IsType<string>(text)[2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
