using System.Net;

namespace McpWorker.Upstreams.Http;

/// <summary>An answer that may be only so long; of an event stream, each event of it.</summary>
internal sealed class BoundedContent : HttpContent
{
    private readonly HttpContent _content;
    private readonly string _server;
    private readonly long _limit;
    private readonly bool _isEventStream;

    public BoundedContent(HttpContent content, string server, long limit, bool isEventStream)
    {
        (_content, _server, _limit, _isEventStream) = (content, server, limit, isEventStream);
        foreach (var (name, values) in content.Headers.NonValidated)
        {
            Headers.TryAddWithoutValidation(name, values);
        }
    }

    protected override async Task<Stream> CreateContentReadStreamAsync() =>
        new BoundedStream(await _content.ReadAsStreamAsync(), _server, _limit, _isEventStream);

    protected override async Task<Stream> CreateContentReadStreamAsync(CancellationToken cancellationToken) =>
        new BoundedStream(await _content.ReadAsStreamAsync(cancellationToken), _server, _limit, _isEventStream);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        await using var bounded = await CreateContentReadStreamAsync();
        await bounded.CopyToAsync(stream);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _content.Headers.ContentLength ?? 0;
        return _content.Headers.ContentLength is not null;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _content.Dispose();
        }

        base.Dispose(disposing);
    }
}
