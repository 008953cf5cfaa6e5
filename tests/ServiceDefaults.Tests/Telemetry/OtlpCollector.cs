using System.Text;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ServiceDefaults.Tests.Telemetry;

/// <summary>Takes OTLP over HTTP. Text in protobuf is plain UTF-8, so what was sent can be looked for without decoding it.</summary>
internal sealed class OtlpCollector : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Channel<(string Path, string Body)> _received = Channel.CreateUnbounded<(string, string)>();

    private OtlpCollector(WebApplication app) => _app = app;

    public string Url => _app.Urls.Single();

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

    /// <summary>Everything of one kind that came until the senders are done; call it after they have been disposed.</summary>
    public string Received(string signal)
    {
        var bodies = new StringBuilder();
        while (_received.Reader.TryRead(out var request))
        {
            if (request.Path == $"/v1/{signal}")
            {
                bodies.Append(request.Body);
            }
        }

        return bodies.ToString();
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task ReceiveAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.Latin1);
        await _received.Writer.WriteAsync((context.Request.Path.Value!, await reader.ReadToEndAsync(context.RequestAborted)), context.RequestAborted);
        context.Response.ContentType = "application/x-protobuf";
    }
}
