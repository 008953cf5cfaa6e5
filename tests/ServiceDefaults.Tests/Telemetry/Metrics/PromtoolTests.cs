using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Testing;

namespace ServiceDefaults.Tests.Telemetry.Metrics;

[Trait("Requirement", "S-175")]
public sealed class PromtoolTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Prometheus_reads_a_scrape_and_objects_to_nothing_we_could_change()
    {
        await using var service = await StartAsync();

        var text = await service.Metrics.GetStringAsync("/metrics", Token);

        var objections = await Promtool.CheckMetricsAsync(text, Token);

        // It would keep the ending _count for histograms. Three of the names are OpenTelemetry's, one is asked for (S-194).
        Assert.Equal(
            ["dotnet_assembly_count", "dotnet_process_cpu_count", "dotnet_timer_count", "process_count"],
            objections.Select(objection => objection.Split(' ')[0]));
        Assert.All(objections, objection => Assert.EndsWith("should not have \"_count\" suffix", objection, StringComparison.Ordinal));
    }

    [Fact]
    public async Task It_would_object_to_a_broken_scrape()
    {
        var objections = await Promtool.CheckMetricsAsync("# TYPE a counter\na{b=} 1\n", Token);

        Assert.Contains(objections, objection => objection.Contains("error", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Open_metrics_can_be_read_too_and_say_the_same()
    {
        await using var service = await StartAsync();
        service.Metrics.DefaultRequestHeaders.Accept.Add(MediaTypeWithQualityHeaderValue.Parse("application/openmetrics-text"));

        using var response = await service.Metrics.GetAsync("/metrics", Token);
        var scrape = Scrape.OfOpenMetrics(await response.Content.ReadAsStringAsync(Token));

        Assert.Equal("application/openmetrics-text", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal("counter", scrape.Types["http_requests"]);
        Assert.Equal(1, scrape.Value("http_requests_total", ("route", "/things/{id}")));
    }

    private static async Task<TestService> StartAsync()
    {
        var service = await TestService.StartAsync(map: app => app.MapGet("/things/{id}", (string id) => id), cancellationToken: Token);
        await service.Client.GetStringAsync("/things/%22%0A", Token);
        return service;
    }
}
