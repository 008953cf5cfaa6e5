using System.Security.Cryptography;

namespace BackupService.Encryption;

/// <summary>
/// Decrypts while it is read, and hands out only authenticated bytes. A message without its short last chunk fails as
/// truncated, so whoever read to the end has read all.
/// </summary>
internal sealed class DecryptingStream : ForwardOnlyStream
{
    private readonly byte[] _plain = new byte[ChunkedEncryption.ChunkSize];
    private readonly byte[] _sealed = new byte[ChunkedEncryption.ChunkSize + ChunkedEncryption.TagSize];
    private readonly Stream _source;
    private readonly ChunkedEncryption _encryption;
    private ReadOnlyMemory<byte> _rest;
    private bool _ended;

    private DecryptingStream(Stream source, ChunkedEncryption encryption) => (_source, _encryption) = (source, encryption);

    public override bool CanRead => true;

    /// <summary>Reads salt and commitment; the source stays open afterwards.</summary>
    /// <exception cref="EncryptedFileException">The message was made with another key or context, or is cut.</exception>
    public static async Task<DecryptingStream> StartAsync(
        Stream source, byte[] key, byte[] context, CancellationToken cancellationToken)
    {
        var prefix = new byte[ChunkedEncryption.PrefixSize];
        if (await source.ReadAtLeastAsync(prefix, prefix.Length, throwOnEndOfStream: false, cancellationToken) < prefix.Length)
        {
            throw EncryptedFileException.Truncated();
        }

        var encryption = new ChunkedEncryption(key, prefix.AsSpan(0, ChunkedEncryption.SaltSize), context);
        if (CryptographicOperations.FixedTimeEquals(encryption.Commitment, prefix.AsSpan(ChunkedEncryption.SaltSize)))
        {
            return new DecryptingStream(source, encryption);
        }

        encryption.Dispose();
        throw new EncryptedFileException(
            EncryptedFileFault.Changed, "its key commitment does not fit: it was changed, or belongs to another set or path");
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_rest.IsEmpty && !_ended)
        {
            await OpenNextAsync(cancellationToken);
        }

        var count = Math.Min(buffer.Length, _rest.Length);
        _rest[..count].CopyTo(buffer);
        _rest = _rest[count..];
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        _encryption.Dispose();
        CryptographicOperations.ZeroMemory(_plain);
        base.Dispose(disposing);
    }

    private async Task OpenNextAsync(CancellationToken cancellationToken)
    {
        var read = await _source.ReadAtLeastAsync(_sealed, _sealed.Length, throwOnEndOfStream: false, cancellationToken);
        if (read < ChunkedEncryption.TagSize)
        {
            throw EncryptedFileException.Truncated();
        }

        try
        {
            _encryption.Open(_sealed.AsSpan(0, read), _plain);
        }
        catch (AuthenticationTagMismatchException)
        {
            // A cut inside a chunk and a changed byte look alike from here; both mean the file is not what was written.
            throw new EncryptedFileException(EncryptedFileFault.Changed, "a chunk fails its authentication: it was changed, moved or cut");
        }

        _rest = _plain.AsMemory(0, read - ChunkedEncryption.TagSize);
        _ended = read < _sealed.Length;
    }
}
