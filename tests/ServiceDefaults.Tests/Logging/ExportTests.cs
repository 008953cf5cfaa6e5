using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
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

    private static void Log(ILogger logger, Exception exception, string password, string text, Dictionary<string, string> headers) => logger.Log(
        LogLevel.Error,
        default,
        new List<KeyValuePair<string, object?>>
        {
            new("Password", password), new("Text", text), new("Headers", headers), new("{OriginalFormat}", "Password was {Password}: {Text} {Headers}"),
        },
        exception,
        (_, _) => $"Password was {password}: {text}");
}
