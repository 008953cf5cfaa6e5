namespace McpWorker.Upstreams.Http;

/// <summary>Reads on until a message grows beyond the bound.</summary>
internal sealed class BoundedStream(Stream inner, string server, long limit, bool isEventStream) : Stream
{
    private long _length;
    private bool _isLineEmpty = true;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Count(buffer.AsSpan(offset, count), inner.Read(buffer, offset, count));

    public override int Read(Span<byte> buffer) => Count(buffer, inner.Read(buffer));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await inner.ReadAsync(buffer, cancellationToken);
        return Count(buffer.Span, read);
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private int Count(ReadOnlySpan<byte> buffer, int read)
    {
        _length += read;
        if (isEventStream)
        {
            StartOverAfterEvents(buffer[..read]);
        }

        return _length <= limit ? read
            : throw new IOException($"'{server}' sent a message of more than {limit} bytes (max_message_bytes); it was not read further.");
    }

    /// <summary>Whoever reads an event keeps all its lines until an empty one ends it.</summary>
    private void StartOverAfterEvents(ReadOnlySpan<byte> rest)
    {
        for (var end = rest.IndexOf((byte)'\n'); end >= 0; end = rest.IndexOf((byte)'\n'))
        {
            var isEmpty = _isLineEmpty && (rest[..end] is [] or [(byte)'\r']);
            rest = rest[(end + 1)..];
            _length = isEmpty ? rest.Length : _length;
            _isLineEmpty = true;
        }

        _isLineEmpty &= rest is [] or [(byte)'\r'];
    }
}
