using System.Security.Cryptography;

namespace BackupService.Encryption;

/// <summary>
/// Encrypts what is written to it. The message ends with <see cref="FinishAsync"/>, never with Dispose: what a failed
/// writer leaves behind must read as truncated.
/// </summary>
internal sealed class EncryptingStream : ForwardOnlyStream
{
    private readonly byte[] _plain = new byte[ChunkedEncryption.ChunkSize];
    private readonly byte[] _sealed = new byte[ChunkedEncryption.ChunkSize + ChunkedEncryption.TagSize];
    private readonly Stream _destination;
    private readonly ChunkedEncryption _encryption;
    private int _filled;
    private bool _finished;

    private EncryptingStream(Stream destination, ChunkedEncryption encryption) => (_destination, _encryption) = (destination, encryption);

    public override bool CanWrite => !_finished;

    /// <summary>Starts a message with a random salt; the destination stays open afterwards.</summary>
    public static Task<EncryptingStream> StartAsync(
        Stream destination, byte[] key, byte[] context, CancellationToken cancellationToken) =>
        StartAsync(destination, key, RandomNumberGenerator.GetBytes(ChunkedEncryption.SaltSize), context, cancellationToken);

    /// <summary>The same with a given salt, which must never repeat under one key: for published test vectors.</summary>
    internal static async Task<EncryptingStream> StartAsync(
        Stream destination, byte[] key, byte[] salt, byte[] context, CancellationToken cancellationToken)
    {
        var encryption = new ChunkedEncryption(key, salt, context);
        byte[] prefix = [.. salt, .. encryption.Commitment];
        await destination.WriteAsync(prefix, cancellationToken);
        return new EncryptingStream(destination, encryption);
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_finished, this);

        while (!buffer.IsEmpty)
        {
            var count = Math.Min(buffer.Length, _plain.Length - _filled);
            buffer[..count].CopyTo(_plain.AsMemory(_filled));
            buffer = buffer[count..];
            _filled += count;

            if (_filled == _plain.Length)
            {
                await SealAsync(cancellationToken);
            }
        }
    }

    /// <summary>Writes the last chunk, short or empty, which says that nothing is missing.</summary>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_finished, this);

        await SealAsync(cancellationToken);
        _finished = true;
    }

    protected override void Dispose(bool disposing)
    {
        _encryption.Dispose();
        CryptographicOperations.ZeroMemory(_plain);
        base.Dispose(disposing);
    }

    private async Task SealAsync(CancellationToken cancellationToken)
    {
        _encryption.Seal(_plain.AsSpan(0, _filled), _sealed);
        await _destination.WriteAsync(_sealed.AsMemory(0, _filled + ChunkedEncryption.TagSize), cancellationToken);
        _filled = 0;
    }
}
