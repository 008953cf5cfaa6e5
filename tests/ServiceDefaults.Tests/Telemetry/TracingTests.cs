using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Trace;
using Testing;

namespace ServiceDefaults.Tests.Telemetry;

[Collection(Alone.Name)]
public sealed class TracingTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Requirement", "S-009")]
    public async Task Requests_go_to_the_collector_as_spans_named_by_their_route_and_probes_do_not()
    {
        await using var collector = await OtlpCollector.StartAsync(Token);
        await using (var service = await StartAsync(collector))
        {
            await service.Client.GetStringAsync("/health/live", Token);
            await service.Client.GetStringAsync("/things/1", Token);
            await service.Metrics.GetStringAsync("/metrics", Token);
        }

        var spans = collector.Received("traces");

        Assert.Contains("GET /things/{id}", spans, StringComparison.Ordinal);
        Assert.Contains("http.response.status_code", spans, StringComparison.Ordinal);
        Assert.DoesNotContain("GET /health/live", spans, StringComparison.Ordinal);
        Assert.DoesNotContain("HttpRequestIn", spans, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "S-214")]
    public async Task An_exception_a_library_notes_in_a_span_is_exported_without_its_secrets()
    {
        await using var collector = await OtlpCollector.StartAsync(Token);
        await using (var service = await StartAsync(collector))
        {
            // As PostgreSQL's driver does when a statement fails.
            using var driver = new ActivitySource("Npgsql");
            using var call = new Activity("call") { ActivityTraceFlags = ActivityTraceFlags.Recorded }.Start();
            using var statement = driver.StartActivity("statement", ActivityKind.Client);
            statement!.AddException(new InvalidOperationException("the password=Zq-span is wrong", new IOException("Bearer Zq-inner"))); // not-a-secret
        }

        var spans = collector.Received("traces");

        Assert.DoesNotContain("Zq-", spans, StringComparison.Ordinal);
        Assert.All(
            (string[])["exception.message", "the password=*** is wrong", "exception.stacktrace", "System.IO.IOException", "System.InvalidOperationException"],
            part => Assert.Contains(part, spans, StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Requirement", "S-009")]
    public async Task The_environment_names_the_service_and_its_instance()
    {
        await using var collector = await OtlpCollector.StartAsync(Token);
        await using (var service = await StartAsync(collector, "OTEL_SERVICE_NAME=renamed", "OTEL_RESOURCE_ATTRIBUTES=service.instance.id=instance-7"))
        {
            await service.Client.GetStringAsync("/things/1", Token);
        }

        var spans = collector.Received("traces");

        Assert.Contains("renamed", spans, StringComparison.Ordinal);
        Assert.Contains("instance-7", spans, StringComparison.Ordinal);
        Assert.DoesNotContain("mcp-worker", spans, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_collector_there_are_no_spans_to_pay_for()
    {
        await using var service = await TestService.StartAsync(cancellationToken: Token);

        Assert.Null(service.Services.GetService<TracerProvider>());
    }

    private static Task<TestService> StartAsync(OtlpCollector collector, params string[] settings) => TestService.StartAsync(
        [$"OTEL_EXPORTER_OTLP_ENDPOINT={collector.Url}", "OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf", "MCP_TRACE_SAMPLE_RATIO=1", .. settings],
        map: app => app.MapGet("/things/{id}", (string id) => id),
        cancellationToken: Token);
}
