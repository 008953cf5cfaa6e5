using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Bench;

/// <summary>Reads what OTLP brings and throws it away.</summary>
internal sealed class DiscardingCollector : IAsyncDisposable
{
    private readonly WebApplication _app;
    private long _bytes;

    private DiscardingCollector(WebApplication app) => _app = app;

    public string Url => _app.Urls.Single();

    public long Bytes => Interlocked.Read(ref _bytes);

    public static async Task<DiscardingCollector> StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var collector = new DiscardingCollector(builder.Build());
        collector._app.MapPost("/v1/{signal}", collector.DiscardAsync);
        await collector._app.StartAsync(cancellationToken);
        return collector;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task DiscardAsync(HttpContext context)
    {
        Interlocked.Add(ref _bytes, context.Request.ContentLength ?? 0);
        await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
        context.Response.ContentType = "application/x-protobuf";
    }
}
