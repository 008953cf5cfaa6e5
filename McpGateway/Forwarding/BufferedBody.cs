using System.Net;

namespace McpGateway.Forwarding;

/// <summary>The caller's bytes as the body of a forwarded request, and whether any of them may have left.</summary>
internal sealed class BufferedBody(ReadOnlyMemory<byte> bytes) : HttpContent
{
    public bool IsStarted { get; private set; }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        IsStarted = true;
        return stream.WriteAsync(bytes, cancellationToken).AsTask();
    }

    protected override bool TryComputeLength(out long length)
    {
        length = bytes.Length;
        return true;
    }
}
