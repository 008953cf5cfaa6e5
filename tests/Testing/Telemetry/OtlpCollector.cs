using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Testing;

/// <summary>
/// Takes OTLP over HTTP. Every provider of a process hears every span of it, so tests that use one belong into a
/// collection that runs alone.
/// </summary>
public sealed class OtlpCollector : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<(string Path, byte[] Body)> _received = new();
    private readonly SemaphoreSlim _arrived = new(0);

    private OtlpCollector(WebApplication app) => _app = app;

    public string Url => _app.Urls.Single();

    /// <summary>What came so far.</summary>
    public IReadOnlyList<OtlpSpan> Spans =>
        [.. _received.Where(request => request.Path == "/v1/traces").SelectMany(request => OtlpSpan.ReadExport(request.Body))];

    /// <summary>What a service needs to send here soon.</summary>
    public Dictionary<string, string?> Settings => new(StringComparer.Ordinal)
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = Url,
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        ["OTEL_BSP_SCHEDULE_DELAY"] = "50",
    };

    public static async Task<OtlpCollector> StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var collector = new OtlpCollector(builder.Build());
        collector._app.MapPost("/v1/{signal}", collector.ReceiveAsync);
        await collector._app.StartAsync(cancellationToken);
        return collector;
    }

    /// <summary>Everything of one kind as text, for protobuf leaves text as it is.</summary>
    public string Received(string signal) => string.Concat(
        _received.Where(request => request.Path == $"/v1/{signal}").Select(request => System.Text.Encoding.Latin1.GetString(request.Body)));

    /// <summary>The first span, already here or still to come, that fits.</summary>
    public async Task<OtlpSpan> WaitForAsync(Func<OtlpSpan, bool> fits, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        while (true)
        {
            if (Spans.FirstOrDefault(fits) is { } span)
            {
                return span;
            }

            await _arrived.WaitAsync(patience.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _arrived.Dispose();
    }

    private async Task ReceiveAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        _received.Enqueue((context.Request.Path.Value!, body.ToArray()));
        _arrived.Release();
        context.Response.ContentType = "application/x-protobuf";
    }
}
