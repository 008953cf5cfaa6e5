using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace BackupService.Encryption;

/// <summary>
/// Keys and nonces of one message in the published format https://c2sp.org/chunked-encryption, instantiation
/// Cobblestone-256: HKDF-Expand with SHA-512, AES-256-GCM, chunks of 16 KiB of which only the last is shorter.
/// </summary>
internal sealed class ChunkedEncryption : IDisposable
{
    public const int KeySize = 32;
    public const int ChunkSize = 16 * 1024;
    public const int SaltSize = 24;
    public const int CommitmentSize = 32;
    public const int PrefixSize = SaltSize + CommitmentSize;
    public const int TagSize = 16;

    private const int NonceSize = 12;
    private const long MaxChunks = 1L << 38;
    private static readonly byte[] InfoPrefix = Encoding.ASCII.GetBytes("c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0");

    private readonly byte[] _baseNonce = new byte[NonceSize];
    private readonly byte[] _commitment = new byte[CommitmentSize];
    private readonly AesGcm _cipher;
    private long _chunk;

    public ChunkedEncryption(ReadOnlySpan<byte> key, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> context)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, KeySize, nameof(key));
        ArgumentOutOfRangeException.ThrowIfNotEqual(salt.Length, SaltSize, nameof(salt));

        var derived = HkdfExpand.Derive(key, KeySize + NonceSize + CommitmentSize, [.. InfoPrefix, .. salt, .. context]).AsSpan();

        _cipher = new AesGcm(derived[..KeySize], TagSize);
        derived.Slice(KeySize, NonceSize).CopyTo(_baseNonce);
        derived[(KeySize + NonceSize)..].CopyTo(_commitment);
        CryptographicOperations.ZeroMemory(derived);
    }

    public ReadOnlySpan<byte> Commitment => _commitment;

    /// <summary>Encrypts the next chunk into <paramref name="sealedChunk"/>, which is longer by the tag.</summary>
    public void Seal(ReadOnlySpan<byte> plain, Span<byte> sealedChunk)
    {
        Span<byte> nonce = stackalloc byte[NonceSize];
        NextNonce(nonce);
        _cipher.Encrypt(nonce, plain, sealedChunk[..plain.Length], sealedChunk.Slice(plain.Length, TagSize));
    }

    /// <summary>Decrypts the next chunk.</summary>
    /// <exception cref="AuthenticationTagMismatchException">The chunk was changed, moved or belongs to another message.</exception>
    public void Open(ReadOnlySpan<byte> sealedChunk, Span<byte> plain)
    {
        Span<byte> nonce = stackalloc byte[NonceSize];
        NextNonce(nonce);
        var length = sealedChunk.Length - TagSize;
        _cipher.Decrypt(nonce, sealedChunk[..length], sealedChunk[length..], plain[..length]);
    }

    public void Dispose() => _cipher.Dispose();

    private void NextNonce(Span<byte> nonce)
    {
        if (_chunk >= MaxChunks)
        {
            throw new InvalidOperationException("A message of chunked encryption ends below 4 PiB.");
        }

        _baseNonce.CopyTo(nonce);
        var counter = nonce[^8..];
        BinaryPrimitives.WriteInt64BigEndian(counter, BinaryPrimitives.ReadInt64BigEndian(counter) ^ _chunk);
        _chunk++;
    }
}
