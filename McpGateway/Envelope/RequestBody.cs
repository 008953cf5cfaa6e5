using System.Buffers;

namespace McpGateway.Envelope;

/// <summary>A request's bytes in a pooled buffer, given back when the call ends.</summary>
internal sealed class RequestBody : IDisposable
{
    private const int FirstBuffer = 4096;

    private byte[] _buffer = [];

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Bytes => _buffer.AsMemory(0, Length);

    /// <summary>Reads the body to its end. False: it is longer than <paramref name="limit"/> bytes.</summary>
    public async ValueTask<bool> TryReadAsync(HttpRequest request, int limit, CancellationToken cancellationToken)
    {
        if (request.ContentLength > limit)
        {
            return false;
        }

        // One byte more than expected: the read that finds the end needs room to find more than the limit in.
        Grow((int)Math.Min(request.ContentLength ?? FirstBuffer, limit) + 1);
        while (true)
        {
            var read = await request.Body.ReadAsync(_buffer.AsMemory(Length), cancellationToken);
            if (read == 0)
            {
                return true;
            }

            Length += read;
            if (Length > limit)
            {
                return false;
            }

            if (Length == _buffer.Length)
            {
                Grow(Length * 2);
            }
        }
    }

    public void Dispose()
    {
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
        }

        _buffer = [];
        Length = 0;
    }

    private void Grow(int size)
    {
        var larger = ArrayPool<byte>.Shared.Rent(size);
        _buffer.AsSpan(0, Length).CopyTo(larger);
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
        }

        _buffer = larger;
    }
}
