using ServiceDefaults.Settings.Catalog;
using ServiceDefaults.Settings.Layers;

namespace ServiceDefaults.Tests.Settings;

[Trait("Category", "Config")]
public sealed class DotenvFileTests : IDisposable
{
    private readonly SettingsFixture _settings = new();

    public void Dispose() => _settings.Dispose();

    [Theory]
    [InlineData("KEY=value", "value")]
    [InlineData("export KEY=value", "value")]
    [InlineData("  KEY = value  ", "value")]
    [InlineData("KEY=two words", "two words")]
    [InlineData("KEY=redis  # or memory", "redis")]
    [InlineData("KEY=a#b", "a#b")]
    [InlineData("KEY= # note", "")]
    [InlineData("KEY=", "")]
    [InlineData("KEY=a=b==", "a=b==")]
    [InlineData("KEY='a # b'  # note", "a # b")]
    [InlineData("KEY='a\\nb'", "a\\nb")]
    [InlineData("KEY=\"a # b\" # note", "a # b")]
    [InlineData("KEY=\"a\\nb \\\"c\\\" \\\\ \\$x \\q\"", "a\nb \"c\" \\ $x \\q")]
    [InlineData("KEY=\"\"", "")]
    [InlineData("KEY=\"$(openssl rand -base64 32)\"", "$(openssl rand -base64 32)")]
    [InlineData("KEY=[\"a\", \"b\"]  # both", "[\"a\", \"b\"]")]
    [InlineData("KEY=[\"a]#\", \"\\\"]\"]", "[\"a]#\", \"\\\"]\"]")]
    [InlineData("KEY=first\nKEY=last", "last")]
    [InlineData("# comment\r\n\r\nKEY=value\r\n", "value")]
    [InlineData("\uFEFFKEY=value", "value")]
    [Trait("Requirement", "S-042")]
    public void Values_are_read_as_shells_and_dotenv_files_write_them(string text, string expected) =>
        Assert.Equal(expected, DotenvFile.Read(_settings.Write("mcp.env", text))["KEY"].Text);

    [Theory]
    [InlineData("A=1\nhunter2", 2)]
    [InlineData("A=1\n\n=hunter2", 3)]
    [InlineData("KEY='hunter2", 1)]
    [InlineData("KEY=\"hunter2\\\"", 1)]
    [InlineData("KEY='a' hunter2", 1)]
    [InlineData("KEY=[\"hunter2\"", 1)]
    [InlineData("9KEY=hunter2", 1)]
    [Trait("Requirement", "S-042")]
    public void A_broken_line_is_refused_by_file_and_line_without_quoting_it(string text, int line)
    {
        var path = _settings.Write("mcp.env", text);
        _settings.Environment("MCP_CONFIG_PATH", path);

        var error = _settings.Error();

        Assert.Equal("MCP_CONFIG_PATH", error.Key);
        Assert.Equal($"{path}:{line}", error.Source);
        Assert.DoesNotContain("hunter2", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("missing.env", "does not exist")]
    [InlineData("no/such/folder.env", "does not exist")]
    [InlineData("configs", "is a directory")]
    [Trait("Requirement", "S-042")]
    public void A_file_that_cannot_be_read_is_refused(string name, string problem)
    {
        _settings.Environment("MCP_CONFIG_PATH", Path.Combine(_settings.Root, name));

        Assert.Equal(problem[..7], _settings.Error().Problem[..7]);
    }

    [Fact]
    [Trait("Requirement", "S-042")]
    public void Bytes_that_are_no_text_are_refused()
    {
        var path = _settings.Write("mcp.env", "");
        File.WriteAllBytes(path, [0x4B, 0x3D, 0xFF, 0xFE, 0x0A]);
        _settings.Environment("MCP_CONFIG_PATH", path);

        Assert.Equal("is not UTF-8 text", _settings.Error().Problem);
    }

    [Fact]
    [Trait("Requirement", "S-042")]
    public void A_file_without_end_is_refused_before_memory_is()
    {
        _settings.Environment("MCP_CONFIG_PATH", "/dev/zero");

        Assert.Equal("is larger than 1 MiB", _settings.Error().Problem);
    }

    /// <summary>The environment file of the sources, word for word but for the secrets.</summary>
    [Fact]
    [Trait("Requirement", "S-042")]
    public void The_environment_file_of_the_sources_loads()
    {
        var secret = SettingsFixture.Secrets.Jwt;
        var salt = SettingsFixture.Secrets.Salt;
        var path = _settings.Write("mcp.env", SourceFile.Replace("{jwt}", secret, StringComparison.Ordinal).Replace("{salt}", salt, StringComparison.Ordinal));
        _settings.Environment("MCP_CONFIG_PATH", path);

        var snapshot = _settings.Snapshot();

        Assert.Equal(secret, snapshot.Get<AuthenticationOptions>().JwtSecret);
        Assert.Equal(salt, snapshot.Get<AuthenticationOptions>().ApiKeySalt);
        Assert.Equal("jwt", snapshot.Get<AuthenticationOptions>().Mode);
        Assert.Equal("redis", snapshot.Get<RateLimitOptions>().Storage);
        Assert.Equal(60, snapshot.Get<RateLimitOptions>().EffectiveRequestsPerMinute);
        Assert.Equal(100, snapshot.Get<RateLimitOptions>().EffectiveBurst);
        Assert.Equal(10_485_760, snapshot.Get<NetworkOptions>().MaxRequestBytes);
        Assert.Equal(["https://app.example.com"], snapshot.Get<NetworkOptions>().CorsOrigins);
        Assert.Equal(["127.0.0.1", "10.0.0.0/8"], snapshot.Get<NetworkOptions>().TrustedProxies);
        Assert.Equal(["media", "rag", "chat", "admin"], snapshot.Get<ModuleOptions>().Enabled);
        Assert.Equal(4, snapshot.Get<ServerOptions>().WorkerReplicas);
        Assert.Equal(9090, snapshot.Get<MetricsOptions>().Port);
        Assert.Contains("Host=localhost", snapshot.Connections[0].Value, StringComparison.Ordinal);
    }

    /// <summary>The keys of the sources' sample with their values, quotes, arrays and trailing comments.</summary>
    private const string SourceFile =
        """
        # made by the test
        MCP_JWT_SECRET="{jwt}"
        MCP_API_KEY_SALT="{salt}"

        MCP_WORKERS=4
        MCP_LOG_FILE=/var/log/tldw/mcp/mcp.log
        MCP_DATABASE_URL=postgresql+asyncpg://tldw:password@localhost/tldw_mcp
        MCP_REDIS_POOL_SIZE=10

        MCP_RATE_LIMIT_RPM=60
        MCP_RATE_LIMIT_BURST=100
        MCP_RATE_LIMIT_STORAGE=redis  # or memory
        MCP_CORS_ORIGINS=["https://app.example.com"]
        MCP_TRUSTED_PROXIES=["127.0.0.1", "10.0.0.0/8"]
        MCP_MAX_REQUEST_SIZE=10485760  # 10MB

        # a comment on a line of its own
        MCP_AUTH_MODE=jwt  # jwt, api_key, or both
        MCP_METRICS_PORT=9090
        MCP_MODULES_ENABLED=["media", "rag", "chat", "admin"]
        MCP_MODULE_MAX_RETRIES=3
        """;
}
