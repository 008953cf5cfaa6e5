using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Trace;
using ServiceDefaults.Instances;
using ServiceDefaults.Settings;
using ServiceDefaults.Telemetry.Otlp;
using Testing;

namespace ServiceDefaults.Tests.Telemetry;

[Collection(Alone.Name)]
public sealed class OtlpTests : IDisposable
{
    private const string Failed = "otlp_export_failed";
    private const string Recovered = "otlp_export_recovered";

    private readonly TestLog _log = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _log.Dispose();

    public static TheoryData<string?> Faults => new(RawCollector.Hangs, RawCollector.Garbage, RawCollector.Broken);

    [Theory]
    [MemberData(nameof(Faults))]
    [Trait("Requirement", "S-204")]
    public async Task A_collector_that_misbehaves_is_told_of_once_and_so_is_its_recovery(string? answer)
    {
        await using var collector = new RawCollector(answer);
        await using var service = await StartAsync(collector.Url.Replace("://", "://user:secret@", StringComparison.Ordinal)); // not-a-secret

        await CallUntilAsync(service, collector, exports: 6);
        var failed = await _log.WaitForAsync(entry => entry.Event.Name == Failed, Token);
        collector.AnswerWith(RawCollector.Well);
        var recovered = await RecoveredAsync(service);

        Assert.Equal(LogLevel.Warning, failed.Level);
        Assert.StartsWith($"{collector.Url}/v1/", (string)failed.Fields["Endpoint"]!, StringComparison.Ordinal);
        Assert.NotEqual("", failed.Fields["Reason"]);
        Assert.DoesNotContain(_log.Entries, entry => entry.Message.Contains("secret", StringComparison.Ordinal));
        Assert.True((int)recovered.Fields["Failures"]! > 0);
        Assert.Single(_log.Entries, entry => entry.Event.Name == Failed);
        Assert.Single(_log.Entries, entry => entry.Event.Name == Recovered);
    }

    [Theory]
    [InlineData("http://127.0.0.1:1", "http/protobuf")]
    [InlineData("http://127.0.0.1:1", "grpc")]
    [InlineData("http://collector.invalid:4317", "http/protobuf")]
    [Trait("Requirement", "S-204")]
    public async Task A_collector_that_is_not_there_is_told_of_and_calls_are_answered(string url, string protocol)
    {
        await using var service = await StartAsync(url, $"OTEL_EXPORTER_OTLP_PROTOCOL={protocol}");

        Assert.Equal("1", await service.Client.GetStringAsync("/things/1", Token));
        var failed = await _log.WaitForAsync(entry => entry.Event.Name == Failed, Token);

        Assert.StartsWith(url, (string)failed.Fields["Endpoint"]!, StringComparison.Ordinal);
        Assert.Equal("2", await service.Client.GetStringAsync("/things/2", Token));
    }

    [Fact]
    [Trait("Requirement", "S-204")]
    public async Task What_does_not_fit_the_queue_is_dropped_and_counted()
    {
        await using var collector = new RawCollector(RawCollector.Hangs);
        await using var service = await StartAsync(collector.Url, "OTEL_BSP_MAX_QUEUE_SIZE=10", "OTEL_BSP_MAX_EXPORT_BATCH_SIZE=5");
        await CallUntilAsync(service, collector, exports: 3);
        await _log.WaitForAsync(entry => entry.Event.Name == Failed, Token);
        for (var call = 0; call < 200; call++)
        {
            await service.Client.GetStringAsync("/things/1", Token);
        }

        collector.AnswerWith(RawCollector.Well);
        var recovered = await RecoveredAsync(service);

        Assert.InRange((long)recovered.Fields["Dropped"]!, 100, 1000);
    }

    [Fact]
    [Trait("Requirement", "S-204")]
    public async Task A_collector_that_hangs_does_not_hold_up_the_shutdown()
    {
        await using var collector = new RawCollector(RawCollector.Hangs);
        var service = await StartAsync(collector.Url, "OTEL_EXPORTER_OTLP_TIMEOUT=60000");
        await CallUntilAsync(service, collector, exports: 2);
        var started = Stopwatch.GetTimestamp();

        await service.StopAsync(Token);
        await service.DisposeAsync();

        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(8));
    }

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "ftp://collector")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "http://user:hunter2@") /* not-a-secret */]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "/v1/traces")]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json")]
    [InlineData("OTEL_EXPORTER_OTLP_HEADERS", "hunter2") /* not-a-secret */]
    [InlineData("OTEL_TRACES_SAMPLER", "sometimes")]
    [InlineData("OTEL_TRACES_SAMPLER_ARG", "10%")]
    [Trait("Requirement", "S-204")]
    public async Task A_malformed_variable_is_refused_at_the_start_by_name_and_without_its_value(string key, string value)
    {
        var failure = await Assert.ThrowsAsync<SettingsException>(async () =>
        {
            await using var service = await TestService.StartAsync(
                ["OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:1", "OTEL_TRACES_SAMPLER=traceidratio", $"{key}={value}"], cancellationToken: Token);
        });

        Assert.Equal(key, Assert.Single(failure.Errors).Key);
        Assert.DoesNotContain("hunter2", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "S-204")]
    public async Task Telemetry_names_the_instance_as_heartbeats_do()
    {
        await using var collector = await OtlpCollector.StartAsync(Token);
        string id;
        await using (var service = await StartAsync(collector.Url))
        {
            await service.Client.GetStringAsync("/things/1", Token);
            id = service.Services.GetRequiredService<InstanceIdentity>().Id;
            Assert.Contains($"service_instance_id=\"{id}\"", await service.Metrics.GetStringAsync("/metrics", Token), StringComparison.Ordinal);
            await collector.WaitForAsync(_ => true, Token);
        }

        Assert.Contains(id, collector.Received("traces"), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_an_endpoint_nothing_is_checked_and_nothing_sent() =>
        Assert.Null(OtlpSettings.Read(new ConfigurationBuilder().AddInMemoryCollection([new("OTEL_EXPORTER_OTLP_PROTOCOL", "pigeon")]).Build()));

    private Task<TestService> StartAsync(string url, params string[] settings) => TestService.StartAsync(
        [
            $"OTEL_EXPORTER_OTLP_ENDPOINT={url}", "OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf", "OTEL_EXPORTER_OTLP_TIMEOUT=300",
            "OTEL_BSP_SCHEDULE_DELAY=50", "OTEL_METRIC_EXPORT_INTERVAL=100", "MCP_TRACE_SAMPLE_RATIO=1", .. settings,
        ],
        build: builder => builder.Logging.Services.AddSingleton<ILoggerProvider>(_log),
        map: app => app.MapGet("/things/{id}", (string id) => id),
        cancellationToken: Token);

    private static async Task CallUntilAsync(TestService service, RawCollector collector, int exports)
    {
        for (var export = 0; export < exports; export++)
        {
            await service.Client.GetStringAsync("/things/1", Token);
            await collector.AskedAsync(Token);
        }
    }

    /// <summary>Signals recover with their next export, so there has to be something to export.</summary>
    private async Task<LoggedEntry> RecoveredAsync(TestService service)
    {
        var recovered = _log.WaitForAsync(entry => entry.Event.Name == Recovered, Token);
        while (!recovered.IsCompleted)
        {
            await service.Client.GetStringAsync("/things/1", Token);
            service.Services.GetRequiredService<TracerProvider>().ForceFlush(1000);
        }

        return await recovered;
    }
}
