using System.Text;
using Microsoft.Extensions.Logging;
using ServiceDefaults.Settings;
using ServiceDefaults.Settings.Catalog;
using ServiceDefaults.Tests.Fixtures;

namespace ServiceDefaults.Tests.Settings.Reload;

/// <summary>Whatever happens to the files, the last good settings stay, it is said once, and mending the files is enough.</summary>
[Trait("Category", "Config")]
public sealed class RefusedReloadTests : IDisposable
{
    private const string Good = "rate_limiting: {max_requests: 7}\n";

    private readonly SettingsFixture _files = new();

    public RefusedReloadTests() => _files.Yaml("config.local.yaml", Good);

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData("rate_limiting: {max_requests: 8", "config.local.yaml")]
    [InlineData("rate_limiting:\n\tmax_requests: 8\n", "config.local.yaml")]
    [InlineData("rate_limiting: {max_requests: 8, max_requests: 9}", "config.local.yaml")]
    [InlineData("rate_limiting: *nowhere", "config.local.yaml")]
    [InlineData("rate_limiting: {max_requests: many}", "MCP_RATE_LIMIT_MAX_REQUESTS")]
    [InlineData("rate_limiting: {max_requests: [1, {a: 2}]}", "MCP_RATE_LIMIT_MAX_REQUESTS")]
    [InlineData("rate_limiting: {max_requests: 8, window: 0}", "MCP_RATE_LIMIT_WINDOW")]
    [InlineData("rate_limiting: 5", "rate_limiting")]
    [InlineData("rate_limiting: {max_requests: {count: 5}}", "rate_limiting.max_requests.count")]
    [InlineData("", "config.local.yaml")]
    [InlineData("  \n\n", "config.local.yaml")]
    [Trait("Requirement", "S-049")]
    public void Broken_content_is_refused_as_a_whole_and_mending_it_is_enough(string broken, string key)
    {
        var follower = new Follower();
        using var running = new RunningSettings(_files, observers: follower);
        var before = running.Current;

        _files.Yaml("config.local.yaml", broken);
        running.Settle();
        running.Settle();
        var during = running.Current;
        _files.Yaml("config.local.yaml", "rate_limiting: {max_requests: 9}");
        running.Settle();

        Assert.Same(before, during);
        var line = Assert.Single(running.Logged("config_reload_failed"));
        Assert.Equal((LogLevel.Error, key), (line.Level, line.Fields["Key"]));
        Assert.Contains("config.local.yaml", line.Message, StringComparison.Ordinal);
        Assert.NotEqual("", line.Fields["Cure"]);
        Assert.Equal(9, running.Current.Get<RateLimitOptions>().MaxRequests);
        Assert.Single(running.Logged("config_reload_recovered"));
        Assert.Single(follower.Seen);
    }

    [Fact]
    [Trait("Requirement", "S-049")]
    public void A_pipe_that_took_a_files_place_is_refused_instead_of_waited_for()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no pipes among its files.");
        using var running = new RunningSettings(_files);
        var path = Path.Combine(_files.Configs, "config.local.yaml");

        File.Delete(path);
        Pipes.Make(path);
        running.Settle();
        File.Delete(path);
        _files.Yaml("config.local.yaml", "rate_limiting: {max_requests: 9}");
        running.Settle();

        Assert.Equal("has become a pipe", Assert.Single(running.Logged("config_reload_failed")).Fields["Problem"]);
        Assert.Equal(9, running.Current.Get<RateLimitOptions>().MaxRequests);
    }

    [Fact]
    [Trait("Requirement", "S-048")]
    public void Files_that_never_come_to_rest_are_told_of_once()
    {
        using var running = new RunningSettings(_files);

        for (var edit = 0; edit < 30; edit++)
        {
            _files.Yaml("config.local.yaml", $"rate_limiting: {{max_requests: {edit + 10}}}");
            running.Reloader.Look();
        }

        Assert.Single(running.Logged("config_files_restless"));
        Assert.Equal(7, running.Current.Get<RateLimitOptions>().MaxRequests);
    }

    [Fact]
    [Trait("Requirement", "S-049")]
    public void A_good_value_beside_a_bad_one_is_refused_too_and_the_further_errors_are_counted()
    {
        using var running = new RunningSettings(_files);

        _files.Yaml("config.local.yaml", "rate_limiting: {max_requests: 8, window: 0, storage: disk}\nmonitoring: {level: loud}");
        running.Settle();

        Assert.Equal(7, running.Current.Get<RateLimitOptions>().MaxRequests);
        Assert.Equal(2, Assert.Single(running.Logged("config_reload_failed")).Fields["Further"]);
    }

    [Fact]
    [Trait("Requirement", "S-049")]
    public void Each_new_broken_content_is_told()
    {
        using var running = new RunningSettings(_files);

        foreach (var broken in new[] { "a: [", "a: {", "a: [" })
        {
            _files.Yaml("config.local.yaml", broken);
            running.Settle();
            running.Settle();
        }

        Assert.Equal(3, running.Logged("config_reload_failed").Count);
    }

    /// <summary>An editor truncates, then writes piece by piece; each piece is valid YAML.</summary>
    [Fact]
    [Trait("Requirement", "S-049")]
    public void What_is_still_being_written_is_left_alone()
    {
        using var running = new RunningSettings(_files);

        foreach (var piece in new[] { "", "rate_limiting:\n", "rate_limiting:\n  max_requests: 1\n", "rate_limiting:\n  max_requests: 12\n" })
        {
            _files.Yaml("config.local.yaml", piece);
            running.Reloader.Look();
            Assert.Equal(7, running.Current.Get<RateLimitOptions>().MaxRequests);
        }

        running.Reloader.Look();
        Assert.Equal(12, running.Current.Get<RateLimitOptions>().MaxRequests);
        Assert.Empty(running.Logged("config_reload_failed"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Requirement", "S-049")]
    public void A_folder_or_base_file_that_is_gone_is_no_reset_to_defaults(bool wholeFolder)
    {
        _files.Yaml("config.yaml", "monitoring: {level: warn}");
        using var running = new RunningSettings(_files);

        if (wholeFolder)
        {
            Directory.Delete(_files.Configs, recursive: true);
        }
        else
        {
            File.Delete(Path.Combine(_files.Configs, "config.yaml"));
        }

        running.Settle();
        Assert.Equal("warn", running.Current.Get<LoggingOptions>().Level);
        Assert.Equal("config.yaml", Assert.Single(running.Logged("config_reload_failed")).Fields["Key"]);

        Directory.CreateDirectory(_files.Configs);
        _files.Yaml("config.yaml", "monitoring: {level: error}").Yaml("config.local.yaml", Good);
        running.Settle();
        Assert.Equal("error", running.Current.Get<LoggingOptions>().Level);
    }

    public static TheoryData<string, byte[], bool> Encodings => new()
    {
        { "byte order mark", [0xEF, 0xBB, 0xBF, .. "rate_limiting: {max_requests: 8}"u8], true },
        { "CRLF", [.. "rate_limiting:\r\n  max_requests: 8\r\n"u8], true },
        { "anchor and alias", [.. "x: &limit 8\nrate_limiting: {max_requests: *limit}"u8], true },
        { "no UTF-8", [0x61, 0x3A, 0xFF, 0xFE], false },
        { "zero bytes", [.. "rate_limiting: {max_requests: 8}"u8, 0, 0, 0], false },
        { "huge", Encoding.UTF8.GetBytes("# " + new string('x', 2_000_000)), false },
        { "endless nesting", Encoding.UTF8.GetBytes("a: " + new string('[', 100_000)), false },
    };

    [Theory]
    [MemberData(nameof(Encodings))]
    [Trait("Requirement", "S-049")]
    public void Bytes_are_read_or_refused_but_never_end_the_service(string what, byte[] bytes, bool isGood)
    {
        using var running = new RunningSettings(_files);

        File.WriteAllBytes(Path.Combine(_files.Configs, "config.local.yaml"), bytes);
        running.Settle();

        Assert.True(running.Current.Get<RateLimitOptions>().MaxRequests == (isGood ? 8 : 7), what);
        Assert.Equal(isGood ? 0 : 1, running.Logged("config_reload_failed").Count);
    }

    [Fact]
    [Trait("Requirement", "S-049")]
    public void A_file_that_became_a_folder_is_refused()
    {
        using var running = new RunningSettings(_files);

        File.Delete(Path.Combine(_files.Configs, "config.local.yaml"));
        Directory.CreateDirectory(Path.Combine(_files.Configs, "config.local.yaml"));
        running.Settle();

        Assert.Equal(7, running.Current.Get<RateLimitOptions>().MaxRequests);
        Assert.Contains("is a directory", Assert.Single(running.Logged("config_reload_failed")).Message, StringComparison.Ordinal);
    }

    /// <summary>The process's own memory fails to be read at its start, for root too.</summary>
    [Fact]
    [Trait("Requirement", "S-049")]
    public void A_file_that_cannot_be_read_is_refused()
    {
        using var running = new RunningSettings(_files);

        File.Delete(Path.Combine(_files.Configs, "config.local.yaml"));
        File.CreateSymbolicLink(Path.Combine(_files.Configs, "config.local.yaml"), "/proc/self/mem");
        running.Settle();

        Assert.Equal(7, running.Current.Get<RateLimitOptions>().MaxRequests);
        Assert.Contains("cannot be read", Assert.Single(running.Logged("config_reload_failed")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("MCP_JWT_SECRET=$(openssl rand -base64 32)", "MCP_JWT_SECRET")]
    [InlineData("MCP_ALLOWED_IPS=10.0.0.0/8", "MCP_ALLOWED_IPS")]
    [InlineData("MCP_CLIENT_CERT_REQUIRED=true", "MCP_CLIENT_CERT_REQUIRED")]
    [InlineData("MCP_TRUST_X_FORWARDED=true", "MCP_TRUST_X_FORWARDED")]
    [InlineData("not a line", "MCP_CONFIG_PATH")]
    [Trait("Requirement", "S-049")]
    public void The_rules_of_the_start_hold_for_reloads(string line, string key)
    {
        _files.Environment("MCP_CONFIG_PATH", _files.Write("mcp.env", "MCP_RATE_LIMIT_RPM=5\n"));
        using var running = new RunningSettings(_files);

        _files.Write("mcp.env", $"MCP_RATE_LIMIT_RPM=6\n{line}\n");
        running.Settle();

        Assert.Equal(5, running.Current.Get<RateLimitOptions>().RequestsPerMinute);
        Assert.Equal(key, Assert.Single(running.Logged("config_reload_failed")).Fields["Key"]);
    }

    [Theory]
    [InlineData("secret", "")]
    [InlineData("secret", null)]
    [InlineData("mcp.env", null)]
    [Trait("Requirement", "S-049")]
    public void A_secret_or_environment_file_that_is_emptied_or_gone_is_refused(string file, string? content)
    {
        _files.Environment("MCP_JWT_SECRET_FILE", _files.Write("secret", SettingsFixture.Secrets.Jwt))
            .Environment("MCP_CONFIG_PATH", _files.Write("mcp.env", "MCP_RATE_LIMIT_RPM=5\n"));
        using var running = new RunningSettings(_files);

        File.Delete(Path.Combine(_files.Root, file));
        if (content is not null)
        {
            _files.Write(file, content);
        }

        running.Settle();

        Assert.Equal(5, running.Current.Get<RateLimitOptions>().RequestsPerMinute);
        Assert.Single(running.Logged("config_reload_failed"));
        Assert.DoesNotContain(SettingsFixture.Secrets.Jwt, running.AllLogged(), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "S-049")]
    public void An_observer_with_an_objection_stops_the_whole_reload()
    {
        var follower = new Follower { Objection = next => next.Get<RateLimitOptions>().MaxRequests > 10 ? [new SettingError("MCP_RATE_LIMIT_MAX_REQUESTS", "is too much", "test", "Less.")] : [] };
        using var running = new RunningSettings(_files, observers: follower);

        _files.Yaml("config.local.yaml", "rate_limiting: {max_requests: 11}\nmonitoring: {level: debug}");
        running.Settle();

        Assert.Equal((7, "INFO"), (running.Current.Get<RateLimitOptions>().MaxRequests, running.Current.Get<LoggingOptions>().Level));
        Assert.Equal("is too much", Assert.Single(running.Logged("config_reload_failed")).Fields["Problem"]);
        Assert.Empty(follower.Seen);
    }
}
