using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Trace;
using ServiceDefaults.Logging;
using ServiceDefaults.Telemetry;
using Testing;

namespace ServiceDefaults.Tests.Logging;

public sealed class ExportTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Requirement", "S-214")]
    public async Task Exported_records_have_the_same_fields_and_no_secret()
    {
        await using var collector = await OtlpCollector.StartAsync(Token);
        await using (var service = await TestService.StartAsync(
            [$"OTEL_EXPORTER_OTLP_ENDPOINT={collector.Url}", "OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf"], cancellationToken: Token))
        {
            var logger = service.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Ours");
            using var scope = logger.BeginScope(new Dictionary<string, object?> { ["api_key"] = "Zq-scope", ["place"] = "in the scope" }); // not-a-secret
            var failure = new InvalidOperationException("password=Zq-exception", new IOException("Bearer Zq-inner")); // not-a-secret
            Log(logger, failure, "Zq-field", "see Bearer Zq-text", new Dictionary<string, string> { ["Cookie"] = "Zq-member", ["Accept"] = "everything" }); // not-a-secret
        }

        var logs = collector.Received("logs");

        Assert.DoesNotContain("Zq-", logs, StringComparison.Ordinal);
        Assert.All(
            (string[])["in the scope", "exception.stacktrace", "System.InvalidOperationException", "System.IO.IOException", "everything", "Password was"],
            part => Assert.Contains(part, logs, StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Requirement", "S-214")]
    public void An_exception_on_a_span_is_exported_without_its_secrets()
    {
        var exported = new List<Activity>();
        using var source = new ActivitySource($"{TelemetryNames.Prefix}{Guid.NewGuid():N}");
        using var provider = Sdk.CreateTracerProviderBuilder()
            .AddSource(source.Name)
            .Redact(candidate => candidate.Name == source.Name)
            .AddProcessor(new SimpleActivityExportProcessor(new ListExporter(exported)))
            .Build();

        using (var span = source.StartActivity("select"))
        {
            span!.SetTag("list", (string[])["Bearer Zq-list", "other"]); // not-a-secret
            span.AddException(new InvalidOperationException("password=Zq-event", new IOException("Bearer Zq-inner"))); // not-a-secret
        }

        var ended = Assert.Single(exported);
        var recorded = Assert.Single(ended.Events).Tags.ToDictionary(StringComparer.Ordinal);
        Assert.Equal(["exception.message", "exception.stacktrace", "exception.type"], recorded.Keys.Order(StringComparer.Ordinal));
        Assert.DoesNotContain("Zq-", string.Join('\n', recorded.Values), StringComparison.Ordinal);
        Assert.Contains("System.IO.IOException", (string)recorded["exception.stacktrace"]!, StringComparison.Ordinal);
        Assert.Equal(["Bearer ***", "other"], Assert.IsType<string[]>(ended.GetTagItem("list")));
    }

    [Fact]
    [Trait("Requirement", "S-204")]
    public async Task Of_a_call_that_sampling_leaves_out_only_what_went_wrong_is_exported()
    {
        await using var collector = await OtlpCollector.StartAsync(Token);
        await using (var service = await TestService.StartAsync(
            [$"OTEL_EXPORTER_OTLP_ENDPOINT={collector.Url}", "OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf"], cancellationToken: Token))
        {
            var logger = service.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Ours");
            Say(logger, LogLevel.Information, "outside of any call");
            using var leftOut = new Activity("call").Start();
            Say(logger, LogLevel.Information, "quiet line");
            Say(logger, LogLevel.Warning, "loud line");
            leftOut.ActivityTraceFlags |= ActivityTraceFlags.Recorded;
            Say(logger, LogLevel.Information, "line of the sample");
        }

        var logs = collector.Received("logs");

        Assert.All((string[])["outside of any call", "loud line", "line of the sample"], line => Assert.Contains(line, logs, StringComparison.Ordinal));
        Assert.DoesNotContain("quiet line", logs, StringComparison.Ordinal);
    }

    private static void Say(ILogger logger, LogLevel level, string text) => logger.Log(level, default, text, exception: null, static (text, _) => text);

    private static void Log(ILogger logger, Exception exception, string password, string text, Dictionary<string, string> headers) => logger.Log(
        LogLevel.Error,
        default,
        new List<KeyValuePair<string, object?>>
        {
            new("Password", password), new("Text", text), new("Headers", headers), new("{OriginalFormat}", "Password was {Password}: {Text} {Headers}"),
        },
        exception,
        (_, _) => $"Password was {password}: {text}");

    private sealed class ListExporter(List<Activity> exported) : BaseExporter<Activity>
    {
        public override ExportResult Export(in Batch<Activity> batch)
        {
            foreach (var activity in batch)
            {
                exported.Add(activity);
            }

            return ExportResult.Success;
        }
    }
}
