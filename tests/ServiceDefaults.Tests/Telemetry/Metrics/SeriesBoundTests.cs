using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Testing;

namespace ServiceDefaults.Tests.Telemetry.Metrics;

[Trait("Requirement", "S-203")]
public sealed class SeriesBoundTests
{
    /// <summary>
    /// Measured by the runtime and the drivers for the process as a whole, so other tests that run meanwhile show there too; and
    /// a pool that gives memory back from time to time.
    /// </summary>
    private static readonly string[] OfTheProcess = ["dotnet_", "http_client_", "db_client_", "mcp_database_pool_"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public Task A_thousand_made_up_requests_do_not_grow_the_number_of_series() => FloodAsync(1_000);

    [Fact]
    [Trait("Category", "Long")]
    public Task A_hundred_thousand_do_not_either() => FloodAsync(100_000);

    [Fact]
    public async Task Addresses_a_service_calls_are_no_labels()
    {
        await using var service = await TestService.StartAsync(cancellationToken: Token);
        using var client = new HttpClient();
        for (var host = 2; host < 30; host++)
        {
            await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync($"http://127.9.9.{host}:{FreePort.Next()}/", Token));
        }

        var scrape = await Scrape.UntilAsync(service.Metrics, scrape => scrape.Value("http_client_request_duration_seconds_count") >= 28, Token);

        Assert.DoesNotContain(scrape.Samples, sample => sample.Labels.Values.Any(value => value.Contains("127.", StringComparison.Ordinal)));
    }

    private static async Task FloodAsync(int requests)
    {
        await using var service = await TestService.StartAsync(["MCP_LOG_LEVEL=error"], map: app => app.Map("/things/{id}", (string id) => id), cancellationToken: Token);
        await SendAsync(service, 0, 200);
        var before = (await Scrape.UntilAsync(service.Metrics, scrape => scrape.Value("http_requests_total") >= 200, Token)).Series;

        await SendAsync(service, 200, 200 + requests);
        var scrape = await Scrape.UntilAsync(service.Metrics, scrape => scrape.Value("http_requests_total") >= 200 + requests, Token);

        var grown = scrape.Series.Except(before, StringComparer.Ordinal).Where(series => !Array.Exists(OfTheProcess, series.StartsWith)).ToList();
        Assert.True(grown.Count == 0, string.Join('\n', grown));
        Assert.DoesNotContain(scrape.Samples, sample => sample.Labels.ContainsKey("otel_metric_overflow"));
    }

    private static Task SendAsync(TestService service, int from, int to) => Parallel.ForAsync(from, to, Token, async (number, token) =>
    {
        var word = number.ToString(CultureInfo.InvariantCulture);
        using var request = new HttpRequestMessage(
            new HttpMethod((number % 3) switch { 0 => $"M{word}", 1 => "POST", _ => "GET" }),
            (number % 2) == 0 ? $"/things/{word}?user={word}" : $"/no/{word}");
        request.Headers.Host = $"host-{word}";
        request.Headers.TryAddWithoutValidation("User-Agent", $"agent/{word}");
        request.Headers.TryAddWithoutValidation("X-API-Key", word);
        using var response = await service.Client.SendAsync(request, token);
    });
}
