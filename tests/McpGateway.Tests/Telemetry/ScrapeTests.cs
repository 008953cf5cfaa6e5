using System.Globalization;
using McpGateway.Tests.Fixtures;
using ServiceDefaults;
using ServiceDefaults.Telemetry.Metrics.Catalog;
using Testing;

namespace McpGateway.Tests.Telemetry;

public sealed class ScrapeTests(PostgresServer postgres, RedisServer redis)
{
    /// <summary>
    /// Measured by the runtime and the drivers for the process as a whole, so other tests that run meanwhile show there too; and
    /// a pool that gives memory back from time to time.
    /// </summary>
    private static readonly string[] OfTheProcess = ["dotnet_", "http_client_", "db_client_", "mcp_database_pool_"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Requirement", "S-178")]
    [Trait("Requirement", "S-188")]
    public async Task After_one_call_that_went_well_all_its_metrics_are_there_and_as_documented()
    {
        await using var gateway = await StartAsync();
        using var caller = await gateway.CallerAsync();
        using var answer = await caller.CallToolAsync("media_list");

        var scrape = await UntilAsync(caller, scrape => scrape.Value("user_sessions_active") >= 0 && scrape.Value("mcp_requests_total") == 1);

        Assert.Empty(OwnMetrics.Differences(scrape, ResourceNames.Gateway));
        Assert.Equal(0, scrape.Value("mcp_requests_failed_total"));
        Assert.Equal(scrape.Value("mcp_active_connections"), scrape.Value("active_connections"));
    }

    [Theory]
    [Trait("Requirement", "S-182")]
    [Trait("Requirement", "S-184")]
    [InlineData("mcp_errors_total", "error_type")]
    [InlineData("mcp_auth_failures_total", "reason")]
    [InlineData("authentication_attempts_total", "result")]
    [InlineData("mcp_rate_limit_violations_total", "policy")]
    public async Task What_can_go_wrong_counts_from_zero_under_every_documented_label(string counter, string label)
    {
        await using var gateway = await StartAsync();
        using var caller = await gateway.CallerAsync();
        var documented = MetricCatalog.All.Single(metric => metric.Name == counter).Labels.Single().Values;

        var scrape = await UntilAsync(caller, scrape => scrape.With(counter).Any());

        Assert.Equal(
            documented.Split(", ").Select(value => value.Trim('`')).Order(StringComparer.Ordinal),
            scrape.With(counter).Select(sample => sample.Labels[label]).Order(StringComparer.Ordinal));
    }

    [Fact]
    [Trait("Requirement", "S-203")]
    public Task A_thousand_made_up_tools_keys_methods_and_paths_do_not_grow_the_number_of_series() => FloodAsync(1_000);

    [Fact]
    [Trait("Requirement", "S-203")]
    [Trait("Category", "Long")]
    public Task A_hundred_thousand_do_not_either() => FloodAsync(100_000);

    private async Task FloodAsync(int requests)
    {
        await using var gateway = await StartAsync();
        using var caller = await gateway.CallerAsync(perMinute: 1_000_000, burst: 100_000);
        using var stranger = gateway.CreateClient();
        await SendAsync(caller, stranger, 0, 200);
        var before = await UntilAsync(caller, scrape => scrape.Value("user_sessions_active") >= 0
            && scrape.Value("http_requests_total", ("route", "/api/v1/mcp/metrics")) > 0);

        await SendAsync(caller, stranger, 200, 200 + requests);
        var scrape = await UntilAsync(caller, scrape => scrape.Value("http_requests_total") >= 200 + requests);

        var grown = scrape.Series.Except(before.Series, StringComparer.Ordinal).Where(series => !Array.Exists(OfTheProcess, series.StartsWith)).ToList();
        Assert.True(grown.Count == 0, string.Join('\n', grown));
        Assert.DoesNotContain(scrape.Samples, sample => sample.Labels.ContainsKey("otel_metric_overflow"));
        TestContext.Current.TestOutputHelper?.WriteLine($"{scrape.Series.Count} series after {requests} requests");
    }

    private static Task SendAsync(HttpClient caller, HttpClient stranger, int from, int to) => Parallel.ForAsync(from, to, Token, async (number, token) =>
    {
        var word = number.ToString(CultureInfo.InvariantCulture);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/mcp");
        switch (number % 5)
        {
            case 0:
                request.Content = McpMessages.Content(McpMessages.ToolCall($"tool_{word}"));
                break;
            case 1:
                request.Content = McpMessages.Content($$"""{"jsonrpc":"2.0","id":1,"method":"made/up{{word}}"}""");
                break;
            case 2:
                request.RequestUri = new Uri($"/no/{word}?user={word}", UriKind.Relative);
                request.Method = new HttpMethod($"M{word}");
                break;
            case 3:
                request.RequestUri = new Uri($"/mcp/server-{word}", UriKind.Relative);
                request.Content = McpMessages.Content(McpMessages.ToolCall("list"));
                break;
            default:
                request.Headers.Add("X-API-Key", $"key-{word}");
                request.Content = McpMessages.Content(McpMessages.ToolCall("media_list"));
                break;
        }

        request.Headers.TryAddWithoutValidation("User-Agent", $"agent/{word}");
        using var response = await (number % 5 == 4 ? stranger : caller).SendAsync(request, token);
    });

    private Task<GatewayHost> StartAsync() => GatewayHost.StartAsync(
        postgres, redis, new() { ["MCP_METRICS_ENABLED"] = "true", ["MCP_METRICS_PORT"] = $"{FreePort.Next()}", ["MCP_LOG_LEVEL"] = "error" });

    private static async Task<Scrape> UntilAsync(HttpClient caller, Predicate<Scrape> shows)
    {
        for (var attempt = 0; attempt < 600; attempt++)
        {
            var scrape = Scrape.OfText(await caller.GetStringAsync("/api/v1/mcp/metrics", Token));
            if (shows(scrape))
            {
                return scrape;
            }

            await Task.Delay(100, Token);
        }

        throw new TimeoutException("No scrape showed what was waited for.");
    }
}
