using System.Net;
using Microsoft.AspNetCore.Builder;
using Testing;

namespace ServiceDefaults.Tests.Telemetry;

public sealed class MetricsEndpointTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Requirement", "S-175")]
    [Trait("Requirement", "S-178")]
    public async Task Requests_and_memory_are_there_under_their_exact_names()
    {
        await using var service = await TestService.StartAsync(map: app => app.MapGet("/things/{id}", (string id) => id), cancellationToken: Token);
        await service.Client.GetStringAsync("/things/1", Token);
        await service.Client.GetStringAsync("/things/2", Token);
        using var unknown = await service.Client.GetAsync("/no/such/thing", Token);

        var lines = await ScrapeAsync(service);

        const string Scope = "otel_scope_name=\"McpPlatform.Service\"";
        Assert.Contains($$"""http_requests_total{{{Scope}},method="GET",route="/things/{id}",status="200"} 2""", lines);
        Assert.Contains($$"""http_requests_total{{{Scope}},method="GET",route="unmatched",status="404"} 1""", lines);
        Assert.Contains($$"""http_request_duration_seconds_count{{{Scope}},method="GET",route="/things/{id}",status_code="200"} 2""", lines);
        Assert.Contains("# TYPE http_request_duration_seconds histogram", lines);
        Assert.Contains(lines, line => line.StartsWith("process_resident_memory_bytes{otel_scope_name=\"McpPlatform.Process\"} ", StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Requirement", "S-178")]
    public async Task Methods_a_caller_thinks_of_do_not_become_series()
    {
        await using var service = await TestService.StartAsync(cancellationToken: Token);
        using var request = new HttpRequestMessage(new HttpMethod("BREW"), "/alive");
        using var response = await service.Client.SendAsync(request, Token);

        Assert.Contains(await ScrapeAsync(service), line => line.StartsWith("http_requests_total{", StringComparison.Ordinal) && line.Contains("method=\"_OTHER\"", StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Requirement", "S-112")]
    public async Task Only_the_metrics_port_serves_metrics_whatever_the_host_header_says()
    {
        await using var service = await TestService.StartAsync(cancellationToken: Token);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        request.Headers.Host = $"127.0.0.1:{service.Metrics.BaseAddress!.Port}";

        using var elsewhere = await service.Client.SendAsync(request, Token);
        using var api = await service.Metrics.GetAsync("/alive", Token);
        using var metrics = await service.Metrics.GetAsync("/metrics", Token);

        Assert.Equal(HttpStatusCode.NotFound, elsewhere.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, api.StatusCode);
        Assert.Equal(HttpStatusCode.OK, metrics.StatusCode);
    }

    [Fact]
    [Trait("Requirement", "S-175")]
    public async Task The_path_is_a_setting()
    {
        await using var service = await TestService.StartAsync(["MCP_METRICS_PATH=/scrape"], cancellationToken: Token);

        using var moved = await service.Metrics.GetAsync("/scrape", Token);
        using var usual = await service.Metrics.GetAsync("/metrics", Token);

        Assert.Equal(HttpStatusCode.OK, moved.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, usual.StatusCode);
    }

    [Theory]
    [Trait("Requirement", "S-040")]
    [Trait("Requirement", "S-176")]
    [InlineData("MCP_METRICS_ENABLED=false")]
    [InlineData("MCP_MONITORING_ENABLED=false")]
    public async Task Metrics_that_are_off_have_no_port(string setting)
    {
        await using var service = await TestService.StartAsync([setting], cancellationToken: Token);

        await Assert.ThrowsAsync<HttpRequestException>(() => service.Metrics.GetAsync("/metrics", Token));
        Assert.Equal("""{"status":"alive"}""", await service.Client.GetStringAsync("/alive", Token));
    }

    [Fact]
    [Trait("Requirement", "S-176")]
    public async Task Without_a_port_metrics_still_go_to_a_collector()
    {
        await using var collector = await OtlpCollector.StartAsync(Token);
        await using (var service = await TestService.StartAsync(
            ["MCP_METRICS_ENABLED=false", $"OTEL_EXPORTER_OTLP_ENDPOINT={collector.Url}", "OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf"], cancellationToken: Token))
        {
            await service.Client.GetStringAsync("/alive", Token);
            await Assert.ThrowsAsync<HttpRequestException>(() => service.Metrics.GetAsync("/metrics", Token));
        }

        var pushed = collector.Received("metrics");

        Assert.Contains("http_requests_total", pushed, StringComparison.Ordinal);
        Assert.Contains("cpu_utilization_percent", pushed, StringComparison.Ordinal);
    }

    private static async Task<string[]> ScrapeAsync(TestService service) =>
        (await service.Metrics.GetStringAsync("/metrics", Token)).Split('\n');
}
