using ServiceDefaults.Settings;
using ServiceDefaults.Settings.Schema;

namespace ServiceDefaults.Tests.Settings;

/// <summary>Every environment key of the sources is known, under its own name and with its default.</summary>
[Trait("Category", "Config")]
public sealed class SourceKeysTests : IDisposable
{
    private readonly SettingsFixture _settings = new();

    public void Dispose() => _settings.Dispose();

    /// <summary>What is required has no default. Of MCP_MODULES_ENABLED those are default that this version has.</summary>
    public static TheoryData<string, string> Keys => new()
    {
        { "MCP_ALLOWED_IPS", "" },
        { "MCP_API_KEY_SALT", "" },
        { "MCP_AUTH_MODE", "jwt" },
        { "MCP_BLOCKED_IPS", "" },
        { "MCP_CLIENT_CA_BUNDLE", "" },
        { "MCP_CLIENT_CERT_HEADER", "X-SSL-Client-Verify" },
        { "MCP_CLIENT_CERT_HEADER_VALUE", "SUCCESS" },
        { "MCP_CLIENT_CERT_REQUIRED", "false" },
        { "MCP_CONFIG_PATH", "" },
        { "MCP_CORS_ORIGINS", "" },
        { "MCP_DATABASE_MAX_OVERFLOW", "40" },
        { "MCP_DATABASE_PASSWORD", "" },
        { "MCP_DATABASE_POOL_SIZE", "20" },
        { "MCP_DATABASE_URL", "" },
        { "MCP_ENV", "development" },
        { "MCP_HEALTH_CHECK_INTERVAL", "30" },
        { "MCP_HEALTH_CHECK_TIMEOUT", "5" },
        { "MCP_HOST", "0.0.0.0" },
        { "MCP_HTTP_MAX_BODY_BYTES", "1048576" },
        { "MCP_JWT_ACCESS_TOKEN_EXPIRE_MINUTES", "30" },
        { "MCP_JWT_ALGORITHM", "HS256" },
        { "MCP_JWT_REFRESH_TOKEN_EXPIRE_DAYS", "7" },
        { "MCP_JWT_SECRET", "" },
        { "MCP_LOG_FILE", "" },
        { "MCP_LOG_LEVEL", "INFO" },
        { "MCP_MAX_REQUEST_SIZE", "10485760" },
        { "MCP_MEMORY_PROFILING", "false" },
        { "MCP_METRICS_ENABLED", "true" },
        { "MCP_METRICS_PORT", "9090" },
        { "MCP_MODULES_ENABLED", "[\"media\",\"rag\",\"chat\"]" },
        { "MCP_MODULE_MAX_RETRIES", "3" },
        { "MCP_MODULE_TIMEOUT", "60" },
        { "MCP_PASSWORD_MIN_LENGTH", "12" },
        { "MCP_PASSWORD_REQUIRE_SPECIAL", "true" },
        { "MCP_PORT", "8000" },
        { "MCP_PROFILE_DIR", "/tmp/mcp_profiles" },
        { "MCP_PROFILING", "false" },
        { "MCP_RATE_LIMIT_BURST", "100" },
        { "MCP_RATE_LIMIT_ENABLED", "true" },
        { "MCP_RATE_LIMIT_RPM", "60" },
        { "MCP_RATE_LIMIT_STORAGE", "redis" },
        { "MCP_REDIS_POOL_SIZE", "10" },
        { "MCP_REDIS_URL", "redis://localhost:6379/0" },
        { "MCP_REQUEST_TIMEOUT", "30" },
        { "MCP_SQL_ECHO", "false" },
        { "MCP_TRACE_REQUESTS", "false" },
        { "MCP_TRUSTED_PROXIES", "" },
        { "MCP_TRUSTED_PROXY_DEPTH", "1" },
        { "MCP_TRUST_X_FORWARDED", "false" },
        { "MCP_VERSION", ProductVersion.Current },
        { "MCP_WORKERS", "4" },
        { "MCP_WS_ALLOW_QUERY_AUTH", "false" },
        { "MCP_WS_AUTH_REQUIRED", "true" },
        { "MCP_WS_PING_INTERVAL", "30" },
        { "MCP_WS_PING_TIMEOUT", "60" },
        { "CMS_BASE_URL", "" },
        { "OAUTH_CLIENT_ID", "" },
        { "OAUTH_CLIENT_SECRET", "" },
        { "OAUTH_REDIRECT_URI", "" },
        { "API_TIMEOUT", "30000" },
        { "NODE_OPTIONS", "" },
        { "CACHE_TTL", "3600" },
        { "CACHE_MAX_SIZE", "1000" },
        { "MAX_RETRIES", "3" },
    };

    public static TheoryData<string, string> Aliases => new()
    {
        { "NODE_ENV", "MCP_ENV" },
        { "LOG_LEVEL", "MCP_LOG_LEVEL" },
        { "RATE_LIMIT_RPM", "MCP_RATE_LIMIT_RPM" },
        { "PORT", "MCP_PORT" },
        { "HOST", "MCP_HOST" },
        { "DATABASE_URL", "MCP_DATABASE_URL" },
    };

    [Fact]
    [Trait("Requirement", "S-042")]
    public void There_are_seventy_of_them() => Assert.Equal(70, Keys.Count + Aliases.Count);

    /// <summary>A default that depends on the service is 0 in the catalog and shown as the gateway's.</summary>
    [Theory]
    [MemberData(nameof(Keys))]
    [Trait("Requirement", "S-042")]
    public void Each_is_known_with_its_default(string key, string expected)
    {
        Assert.True(SettingsSchema.Product.KnowsKey(key), $"{key} is not in the catalog");
        var definition = SettingsSchema.Product[key];

        Assert.Equal(key, definition.Name);
        Assert.Contains(expected, new[] { SettingText.Format(definition.Default), definition.Setting.Example ?? "" }, StringComparer.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Aliases))]
    [Trait("Requirement", "S-051")]
    public void Each_alias_means_its_setting(string alias, string key) => Assert.Equal(key, SettingsSchema.Product[alias].Name);

    [Theory]
    [InlineData("MCP_WS_PING_INTERVAL", "31")]
    [InlineData("MCP_VERSION", "0.0.1")]
    [InlineData("NODE_OPTIONS", "--max-old-space-size=2048")]
    [InlineData("MCP_TRUSTED_PROXIES", "127.0.0.1")]
    public void A_setting_without_effect_is_remarked_on_where_it_would_be_read(string key, string value)
    {
        var service = SettingsSchema.Product[key].Setting.UsedBy.HasFlag(SettingUsers.Gateway) ? ServiceIdentity.Gateway : ServiceIdentity.Worker;

        var remark = Assert.Single(_settings.Environment(key, value).Snapshot(service).Report.Warnings, warning => warning.Kind == SettingWarningKind.WithoutEffect);

        Assert.Equal(key, remark.Key);
        Assert.StartsWith($"{key} has no effect in this version. ", remark.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(_settings.Snapshot(ServiceIdentity.Backup).Report.Warnings, warning => warning.Key == key && !SettingsSchema.Product[key].Setting.UsedBy.HasFlag(SettingUsers.Backup));
    }

    [Fact]
    [Trait("Requirement", "S-030")]
    public void The_heap_option_of_Node_is_answered_with_ours() => Assert.Contains(
        "DOTNET_GCHeapHardLimit",
        Assert.Single(_settings.Environment("NODE_OPTIONS", "--max-old-space-size=2048").Snapshot().Report.Warnings, warning => warning.Key == "NODE_OPTIONS").Message,
        StringComparison.Ordinal);

    [Fact]
    public void A_setting_at_its_default_needs_no_remark()
    {
        _settings.Environment("CACHE_TTL", "3600").Environment("MCP_VERSION", ProductVersion.Current).Environment("MCP_CLIENT_CERT_REQUIRED", "no");

        Assert.DoesNotContain(_settings.Snapshot(ServiceIdentity.Worker).Report.Warnings, warning => warning.Kind == SettingWarningKind.WithoutEffect);
        Assert.Empty(_settings.Load().Errors);
    }

    [Theory]
    [InlineData("MCP_ALLOWED_IPS", "10.0.0.0/8")]
    [InlineData("MCP_BLOCKED_IPS", "203.0.113.4")]
    [InlineData("MCP_CLIENT_CERT_REQUIRED", "true")]
    [InlineData("MCP_TRUST_X_FORWARDED", "true")]
    public void A_promise_of_protection_nobody_keeps_is_refused_by_the_service_that_would_keep_it(string key, string value)
    {
        _settings.Environment(key, value);

        var error = _settings.Error();

        Assert.Equal((key, "is known, but not enforced by this version"), (error.Key, error.Problem));
        Assert.Empty(_settings.Load(ServiceIdentity.Worker).Errors);
    }

    [Theory]
    [InlineData("RATE_LIMIT_RPS=5", "RATE_LIMIT_RPS", "Did you mean RATE_LIMIT_RPM?")]
    [InlineData("CASHE_TTL=5", "CASHE_TTL", "Did you mean CACHE_TTL?")]
    [InlineData("PORT_FILE=/x", "PORT_FILE", "")]
    [InlineData("ZEBRA_STRIPES=5", "ZEBRA_STRIPES", "")]
    [Trait("Requirement", "S-052")]
    public void An_unknown_key_of_the_environment_file_is_remarked_on_whatever_its_prefix(string line, string key, string hint)
    {
        _settings.Environment("MCP_CONFIG_PATH", _settings.Write("mcp.env", line));

        var remark = Assert.Single(_settings.Snapshot().Report.Warnings, warning => warning.Kind == SettingWarningKind.Unknown);

        Assert.Equal(key, remark.Key);
        Assert.Contains("mcp.env:1", remark.Source, StringComparison.Ordinal);
        Assert.EndsWith(hint.Length > 0 ? hint : "no effect.", remark.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_belongs_to_the_runtime_or_to_others_is_not_remarked_on()
    {
        _settings.Environment("MCP_CONFIG_PATH", _settings.Write("mcp.env", "DOTNET_GCHeapHardLimit=0x1\nASPNETCORE_URLS=x\nOTEL_SERVICE_NAME=x\nservices__worker__0=x\n"))
            .Environment("RATE_LIMIT_RPS", "1").Environment("EDITOR", "vi");

        Assert.DoesNotContain(_settings.Snapshot().Report.Warnings, warning => warning.Kind == SettingWarningKind.Unknown);
    }
}
