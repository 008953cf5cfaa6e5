using System.Net;
using McpGateway.Tests.Fixtures;
using Testing;

namespace McpGateway.Tests.RequestGuards;

/// <summary>A gateway follows its settings files while calls run.</summary>
[Trait("Category", "Config")]
public sealed class HotSettingsTests(PostgresServer postgres, RedisServer redis) : IDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(5);

    private readonly string _folder = Directory.CreateTempSubdirectory("gateway-settings-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("memory")]
    [InlineData("redis")]
    [Trait("Requirement", "S-048")]
    public async Task A_limit_edited_while_calls_run_is_enforced_within_five_seconds(string storage)
    {
        await using var gateway = await StartAsync($"rate_limiting: {{max_requests: 100000, window: 60, storage: {storage}}}");
        using var caller = await gateway.CallerAsync(perMinute: null, burst: null);
        await ExpectAsync(caller, HttpStatusCode.OK);

        Write($"rate_limiting: {{max_requests: 2, window: 60, storage: {storage}}}");
        var took = await UntilAsync(caller, HttpStatusCode.TooManyRequests);

        Assert.InRange(took, TimeSpan.Zero, Bound);
        Assert.Equal("MCP_RATE_LIMIT_MAX_REQUESTS", (await LoggedAsync(gateway, "config_reloaded")).Fields["Changed"]);
    }

    [Fact]
    [Trait("Requirement", "S-048")]
    public async Task Counters_move_to_other_storage_while_calls_run()
    {
        await using var gateway = await StartAsync("rate_limiting: {max_requests: 1, window: 86400, storage: redis}");
        using var caller = await gateway.CallerAsync(perMinute: null, burst: null);
        await ExpectAsync(caller, HttpStatusCode.OK);
        await ExpectAsync(caller, HttpStatusCode.TooManyRequests);

        Write("rate_limiting: {max_requests: 1, window: 86400, storage: memory}");

        Assert.InRange(await UntilAsync(caller, HttpStatusCode.OK), TimeSpan.Zero, Bound);
        await ExpectAsync(caller, HttpStatusCode.TooManyRequests);
    }

    [Fact]
    [Trait("Requirement", "S-049")]
    public async Task Broken_YAML_leaves_the_old_limit_and_every_call_answered()
    {
        await using var gateway = await StartAsync("rate_limiting: {max_requests: 100000, window: 60}");
        using var caller = await gateway.CallerAsync(perMinute: null, burst: null);

        Write("rate_limiting: {max_requests: 1, window");
        await LoggedAsync(gateway, "config_reload_failed");
        for (var call = 0; call < 5; call++)
        {
            await ExpectAsync(caller, HttpStatusCode.OK);
        }

        Write("rate_limiting: {max_requests: 1, window: 60}");
        await LoggedAsync(gateway, "config_reload_recovered");
        await UntilAsync(caller, HttpStatusCode.TooManyRequests);
    }

    [Fact]
    [Trait("Requirement", "S-050")]
    public async Task A_port_edited_at_run_time_is_warned_about_and_unchanged()
    {
        await using var gateway = await StartAsync("server: {port: 8123}");
        using var caller = await gateway.CallerAsync();

        Write("server: {port: 9123}");

        Assert.Equal("MCP_PORT", (await LoggedAsync(gateway, "config_change_requires_restart")).Fields["Key"]);
        await ExpectAsync(caller, HttpStatusCode.OK);
    }

    [Fact]
    [Trait("Requirement", "S-048")]
    public async Task Origins_hosts_and_sizes_follow_the_environment_file()
    {
        await using var gateway = await StartAsync("# nothing");
        using var caller = await gateway.CallerAsync();
        var before = await AskAsync(caller, "https://app.example.com", "gw.example.org", bodyBytes: 0);
        var beforeSize = await AskAsync(caller, origin: null, "localhost", bodyBytes: 3000);

        File.WriteAllText(EnvironmentFile, "MCP_CORS_ORIGINS=https://app.example.com\nMCP_ALLOWED_HOSTS=gw.example.org\nMCP_HTTP_MAX_BODY_BYTES=2048\n");
        await LoggedAsync(gateway, "config_reloaded");
        var after = await AskAsync(caller, "https://app.example.com", "gw.example.org", bodyBytes: 0);
        var afterSize = await AskAsync(caller, origin: null, "localhost", bodyBytes: 3000);

        Assert.Equal((HttpStatusCode.Forbidden, null), before);
        Assert.Equal((HttpStatusCode.OK, "https://app.example.com"), after);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.RequestEntityTooLarge), (beforeSize.Status, afterSize.Status));
    }

    [Theory]
    [InlineData("MCP_ALLOWED_IPS=10.0.0.0/8")]
    [InlineData("MCP_BLOCKED_IPS=203.0.113.4")]
    [Trait("Requirement", "S-049")]
    public async Task An_IP_list_nobody_enforces_is_refused_at_a_reload_as_at_the_start(string line)
    {
        await using var gateway = await StartAsync("# nothing");

        File.WriteAllText(EnvironmentFile, $"MCP_RATE_LIMIT_RPM=5\n{line}\n");

        Assert.Equal("is known, but not enforced by this version", (await LoggedAsync(gateway, "config_reload_failed")).Fields["Problem"]);
    }

    private string EnvironmentFile => Path.Combine(_folder, "mcp.env");

    private void Write(string yaml) => File.WriteAllText(Path.Combine(_folder, "config.local.yaml"), yaml);

    private Task<GatewayHost> StartAsync(string yaml)
    {
        foreach (var file in new[] { "config.yaml", "development.yaml", "production.yaml", "mcp.env" })
        {
            File.WriteAllText(Path.Combine(_folder, file), "# nothing");
        }

        Write(yaml);
        return GatewayHost.StartAsync(
            postgres, redis, new() { ["MCP_CONFIG_DIR"] = _folder, ["MCP_CONFIG_PATH"] = EnvironmentFile, ["MCP_RATE_LIMIT_STORAGE"] = null });
    }

    private static Task<LoggedEntry> LoggedAsync(GatewayHost gateway, string name) => gateway.Log.WaitForAsync(entry => entry.Event.Name == name, Token);

    private static async Task ExpectAsync(HttpClient caller, HttpStatusCode expected)
    {
        using var answer = await caller.CallToolAsync("media_list");
        Assert.Equal(expected, answer.StatusCode);
    }

    private static async Task<(HttpStatusCode Status, string? AllowedOrigin)> AskAsync(HttpClient caller, string? origin, string host, int bodyBytes)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/mcp") { Content = McpMessages.Content(McpMessages.ToolCall("media_list") + new string(' ', bodyBytes)) };
        request.Headers.Host = host;
        if (origin is not null)
        {
            request.Headers.Add("Origin", origin);
        }

        using var answer = await caller.SendAsync(request, Token);
        return (answer.StatusCode, answer.Headers.TryGetValues("Access-Control-Allow-Origin", out var allowed) ? string.Join(',', allowed) : null);
    }

    /// <summary>Calls again and again until one is answered so.</summary>
    /// <returns>How long that took.</returns>
    private static async Task<TimeSpan> UntilAsync(HttpClient caller, HttpStatusCode expected)
    {
        var started = TimeProvider.System.GetTimestamp();
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(25));
        while (await pace.WaitForNextTickAsync(Token) && TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(30))
        {
            using var answer = await caller.CallToolAsync("media_list");
            if (answer.StatusCode == expected)
            {
                return TimeProvider.System.GetElapsedTime(started);
            }
        }

        throw new TimeoutException($"No answer was {expected}.");
    }
}
