using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ServiceDefaults.Settings.Catalog;
using Testing;

namespace ServiceDefaults.Tests.Settings.Reload;

[Trait("Category", "Config")]
public sealed class ReloadTests : IDisposable
{
    private readonly SettingsFixture _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData("config.yaml")]
    [InlineData("development.yaml")]
    [InlineData("config.local.yaml")]
    [Trait("Requirement", "S-048")]
    public void A_hot_setting_is_in_force_after_its_file_changed(string file)
    {
        var follower = new Follower();
        using var running = new RunningSettings(_files, observers: follower);
        var seen = new List<int>();
        using var watch = running.Monitor<RateLimitOptions>().OnChange(options => seen.Add(options.MaxRequests));

        _files.Yaml(file, "rate_limiting: {max_requests: 7}");
        running.Settle();

        Assert.Equal(7, running.Monitor<RateLimitOptions>().CurrentValue.MaxRequests);
        Assert.Equal([7], seen);
        var line = Assert.Single(running.Logged("config_reloaded"));
        Assert.Equal((LogLevel.Information, "MCP_RATE_LIMIT_MAX_REQUESTS"), (line.Level, line.Fields["Changed"]));
        Assert.Equal(["MCP_RATE_LIMIT_MAX_REQUESTS"], Assert.Single(follower.Seen).Applied);
    }

    [Fact]
    [Trait("Requirement", "S-048")]
    public void A_file_that_vanishes_takes_its_settings_with_it()
    {
        _files.Yaml("config.local.yaml", "rate_limiting: {max_requests: 7}");
        using var running = new RunningSettings(_files);

        File.Delete(Path.Combine(_files.Configs, "config.local.yaml"));
        running.Settle();

        Assert.Equal(0, running.Current.Get<RateLimitOptions>().MaxRequests);
        Assert.Single(running.Logged("config_reloaded"));
    }

    [Fact]
    [Trait("Requirement", "S-048")]
    public void The_environment_file_and_the_files_it_names_are_followed()
    {
        var file = _files.Write("level", "INFO");
        _files.Environment("MCP_CONFIG_PATH", _files.Write("mcp.env", "MCP_RATE_LIMIT_RPM=5\n"));
        using var running = new RunningSettings(_files);

        _files.Write("mcp.env", $"MCP_RATE_LIMIT_RPM=6\nMCP_LOG_LEVEL_FILE={file}\n");
        running.Settle();
        _files.Write("level", "DEBUG\n");
        running.Settle();

        Assert.Equal(6, running.Current.Get<RateLimitOptions>().RequestsPerMinute);
        Assert.Equal("DEBUG", running.Current.Get<LoggingOptions>().Level);
        Assert.Equal(["MCP_RATE_LIMIT_RPM", "MCP_LOG_LEVEL"], running.Logged("config_reloaded").Select(line => line.Fields["Changed"]));
    }

    /// <summary>As Kubernetes does with a ConfigMap: the file is a link through a folder link that is swapped; length and time stay.</summary>
    [Fact]
    [Trait("Requirement", "S-048")]
    public void A_swapped_link_is_noticed_though_length_and_time_are_the_same()
    {
        var time = TimeProvider.System.GetUtcNow().UtcDateTime;
        foreach (var (folder, limit) in new[] { ("one", 5), ("two", 6) })
        {
            Directory.CreateDirectory(Path.Combine(_files.Configs, folder));
            File.SetLastWriteTimeUtc(_files.Write($"configs/{folder}/config.local.yaml", $"rate_limiting: {{max_requests: {limit}}}"), time);
        }

        var link = Path.Combine(_files.Configs, "..data");
        Directory.CreateSymbolicLink(link, Path.Combine(_files.Configs, "one"));
        File.CreateSymbolicLink(Path.Combine(_files.Configs, "config.local.yaml"), Path.Combine("..data", "config.local.yaml"));
        using var running = new RunningSettings(_files);
        var before = running.Current.Get<RateLimitOptions>().MaxRequests;

        Directory.CreateSymbolicLink(link + "_tmp", Path.Combine(_files.Configs, "two"));
        Directory.Delete(link);
        Directory.Move(link + "_tmp", link);
        running.Settle();

        Assert.Equal((5, 6), (before, running.Current.Get<RateLimitOptions>().MaxRequests));
    }

    [Fact]
    [Trait("Requirement", "S-048")]
    public void An_edit_without_meaning_changes_nothing_but_the_sources()
    {
        _files.Yaml("config.yaml", "rate_limiting: {max_requests: 7}");
        var follower = new Follower();
        using var running = new RunningSettings(_files, observers: follower);

        _files.Yaml("config.yaml", "# a comment\nrate_limiting: {max_requests: 7}");
        running.Settle();

        Assert.Empty(running.Logged("config_reloaded"));
        Assert.Empty(follower.Seen);
        Assert.EndsWith("config.yaml:2 (rate_limiting.max_requests)", running.Current.Settings.Single(setting => setting.Name == "MCP_RATE_LIMIT_MAX_REQUESTS").Source, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "S-048")]
    public void Process_environment_and_command_line_stay_what_they_were_and_win()
    {
        _files.Environment("MCP_RATE_LIMIT_WINDOW", "10").CommandLine("--MCP_RATE_LIMIT_MAX_REQUESTS=3");
        using var running = new RunningSettings(_files);

        _files.Environment("MCP_RATE_LIMIT_WINDOW", "11").Yaml("config.local.yaml", "rate_limiting: {max_requests: 7, window: 12}");
        running.Settle();

        var limits = running.Current.Get<RateLimitOptions>();
        Assert.Equal((3, 10), (limits.MaxRequests, limits.WindowSeconds));
    }

    [Fact]
    [Trait("Requirement", "S-050")]
    public void What_is_not_hot_keeps_its_old_value_and_says_once_that_it_waits_for_a_restart()
    {
        _files.Yaml("config.yaml", "server: {port: 8123}");
        using var running = new RunningSettings(_files);

        _files.Yaml("config.yaml", "server: {port: 9000}\nrate_limiting: {max_requests: 7}");
        running.Settle();
        _files.Yaml("config.local.yaml", "rate_limiting: {max_requests: 8}");
        running.Settle();

        Assert.Equal(8123, running.Current.Get<ServerOptions>().Port);
        Assert.Equal(8, running.Current.Get<RateLimitOptions>().MaxRequests);
        Assert.Equal(("MCP_PORT", "9000"), (Assert.Single(running.Current.Pending).Key, running.Current.Pending[0].Value));
        var line = Assert.Single(running.Logged("config_change_requires_restart"));
        Assert.Equal((LogLevel.Warning, "MCP_PORT"), (line.Level, line.Fields["Key"]));
        Assert.Contains("config.yaml:1", line.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "S-050")]
    public void Taking_the_edit_back_clears_the_need_for_a_restart()
    {
        using var running = new RunningSettings(_files);

        _files.Yaml("config.local.yaml", "database: {pool_size: 30}");
        running.Settle();
        _files.Yaml("config.local.yaml", "# nothing");
        running.Settle();

        Assert.Empty(running.Current.Pending);
        Assert.Equal("MCP_DATABASE_POOL_SIZE", Assert.Single(running.Logged("config_change_withdrawn")).Fields["Key"]);
        Assert.Empty(running.Logged("config_reloaded"));
    }

    [Theory]
    [InlineData("MCP_JWT_SECRET")]
    [InlineData("MCP_API_KEY_SALT")]
    [InlineData("MCP_INTERNAL_SECRET")]
    [InlineData("MCP_DATABASE_PASSWORD")]
    [InlineData("MCP_DATABASE_URL")]
    [InlineData("MCP_REDIS_URL")]
    [Trait("Requirement", "S-050")]
    public void A_secret_in_a_file_of_its_own_waits_for_a_restart_and_is_never_written(string key)
    {
        var prefix = key switch { "MCP_DATABASE_URL" => "postgresql://u:", "MCP_REDIS_URL" => "redis://:", _ => "" };
        var suffix = key.EndsWith("_URL", StringComparison.Ordinal) ? "@h:1/0" : "";
        var (one, two) = ($"{prefix}{SettingsFixture.Secrets.Jwt}{suffix}", $"{prefix}{SettingsFixture.Secrets.Salt}{suffix}");
        var path = _files.Write("secret", one);
        _files.Environment(key + "_FILE", path);
        using var running = new RunningSettings(_files);
        var connections = running.Current.Connections;

        _files.Write("secret", two);
        running.Settle();

        Assert.Equal(one, running.Current.Settings.Single(setting => setting.Name == key).Text);
        Assert.Equal((key, null), (Assert.Single(running.Current.Pending).Key, running.Current.Pending[0].Value));
        Assert.Equal(connections, running.Current.Connections);
        Assert.Equal(key, Assert.Single(running.Logged("config_change_requires_restart")).Fields["Key"]);
        Assert.DoesNotContain(SettingsFixture.Secrets.Jwt, running.AllLogged(), StringComparison.Ordinal);
        Assert.DoesNotContain(SettingsFixture.Secrets.Salt, running.AllLogged(), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "S-050")]
    public void A_made_up_development_secret_survives_reloads()
    {
        using var running = new RunningSettings(_files);
        var secret = running.Current.Get<AuthenticationOptions>().JwtSecret;

        _files.Yaml("config.local.yaml", "rate_limiting: {max_requests: 7}");
        running.Settle();

        Assert.Equal(secret, running.Current.Get<AuthenticationOptions>().JwtSecret);
        Assert.Empty(running.Current.Pending);
    }

    [Fact]
    [Trait("Requirement", "S-050")]
    public void Another_environment_waits_for_a_restart_and_its_files_do_not_count_before()
    {
        _files.Yaml("production.yaml", "rate_limiting: {max_requests: 9}").Yaml("development.yaml", "rate_limiting: {max_requests: 7}");
        _files.Environment("MCP_CONFIG_PATH", _files.Write("mcp.env", "MCP_ENV=development\n"));
        using var running = new RunningSettings(_files);

        _files.Write("mcp.env", "MCP_ENV=production\n");
        running.Settle();

        Assert.Equal(("development", 7), (running.Current.Environment, running.Current.Get<RateLimitOptions>().MaxRequests));
        Assert.Equal("MCP_ENV", Assert.Single(running.Logged("config_change_requires_restart")).Fields["Key"]);
        Assert.Empty(running.Logged("config_reload_failed"));
    }

    [Fact]
    public void A_name_nobody_knows_is_remarked_on_once_when_a_reload_brings_it()
    {
        using var running = new RunningSettings(_files);

        _files.Yaml("config.local.yaml", "rate_limiting: {max_request: 7}");
        running.Settle();
        _files.Yaml("config.local.yaml", "rate_limiting: {max_request: 7, window: 30}");
        running.Settle();

        Assert.Contains("Did you mean rate_limiting.max_requests?", Assert.Single(running.Logged("unknown_setting")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Observers_and_listeners_that_throw_do_not_keep_settings_from_being_in_force()
    {
        var broken = new Follower { Follow = _ => throw new InvalidOperationException("observer"), Objection = _ => throw new InvalidOperationException("check") };
        var sound = new Follower();
        using var running = new RunningSettings(_files, observers: [broken, sound]);
        using var watch = running.Monitor<RateLimitOptions>().OnChange(_ => throw new InvalidOperationException("listener"));

        for (var limit = 1; limit <= 2; limit++)
        {
            _files.Yaml("config.local.yaml", $"rate_limiting: {{max_requests: {limit}}}");
            running.Settle();

            Assert.Equal(limit, running.Monitor<RateLimitOptions>().CurrentValue.MaxRequests);
            Assert.Equal(limit, sound.Seen.Count);
            Assert.Equal(limit, running.Logged("settings_listener_failed").Count);
        }
    }

    [Fact]
    [Trait("Requirement", "S-048")]
    public async Task A_running_service_looks_by_itself()
    {
        var clock = new ManualTimeProvider();
        using var running = new RunningSettings(_files, clock);
        await running.Host.StartAsync(TestContext.Current.CancellationToken);
        var reloaded = running.Log.WaitForAsync(entry => entry.Event.Name == "config_reloaded", TestContext.Current.CancellationToken);

        _files.Yaml("config.local.yaml", "rate_limiting: {max_requests: 7}");
        while (!reloaded.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(reloaded, Task.Delay(TimeSpan.FromMilliseconds(10), TestContext.Current.CancellationToken));
        }

        await reloaded;
        Assert.Equal(7, running.Current.Get<RateLimitOptions>().MaxRequests);
        await running.Host.StopAsync(TestContext.Current.CancellationToken);
    }
}
