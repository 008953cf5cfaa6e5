using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AppHost.Tests.EndToEnd;

/// <summary>
/// Receives OTLP over HTTP and keeps the raw trace exports. A test looks for a 16-byte trace id in the bytes of each
/// service: enough to see that one trace spans several services, without a protobuf reader.
/// </summary>
public sealed class OtlpCollector : IAsyncDisposable
{
    private readonly ConcurrentQueue<byte[]> _exports = [];
    private readonly ConcurrentQueue<(string Signal, byte[] Body)> _everything = [];
    private readonly SemaphoreSlim _arrived = new(0);
    private WebApplication? _application;

    public string Url { get; private set; } = "";

    /// <summary>All exports of a kind as text; what is ASCII in them can be looked for.</summary>
    public string Received(string signal) =>
        string.Concat(_everything.Where(export => export.Signal == signal).Select(export => System.Text.Encoding.Latin1.GetString(export.Body)));

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _application = builder.Build();
        _application.MapPost("/v1/{signal}", ReceiveAsync);
        await _application.StartAsync(cancellationToken);
        Url = _application.Urls.Single();
    }

    /// <summary>Waits until every one of <paramref name="services"/> has exported a span of <paramref name="traceId"/>.</summary>
    public async Task WaitForTraceAsync(string traceId, string[] services, CancellationToken cancellationToken)
    {
        var id = Convert.FromHexString(traceId);
        while (!services.All(service => _exports.Any(export => Contains(export, id) && Contains(export, System.Text.Encoding.UTF8.GetBytes(service)))))
        {
            await _arrived.WaitAsync(cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_application is not null)
        {
            await _application.DisposeAsync();
        }

        _arrived.Dispose();
    }

    private async Task ReceiveAsync(string signal, HttpRequest request, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, cancellationToken);
        _everything.Enqueue((signal, body.ToArray()));
        if (signal == "traces")
        {
            _exports.Enqueue(body.ToArray());
            _arrived.Release();
        }
    }

    private static bool Contains(byte[] haystack, byte[] needle) => haystack.AsSpan().IndexOf(needle) >= 0;
}
