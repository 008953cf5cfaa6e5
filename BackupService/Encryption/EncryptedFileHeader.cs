using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace BackupService.Encryption;

/// <summary>
/// The readable lines before the encrypted payload: the version, one line per recipient, and a MAC over both under a key
/// derived from the file's own. A recipient can be added or taken away without touching the payload.
/// <code>
/// MCPBK1
/// -> pass pbkdf2-sha512 &lt;salt&gt; &lt;rounds&gt; &lt;key id&gt; &lt;nonce, wrapped file key, tag&gt;
/// --- &lt;HMAC-SHA256 of all lines above&gt;
/// </code>
/// </summary>
internal static class EncryptedFileHeader
{
    private const string Version = "MCPBK1";
    private const int MaxBytes = 16 * 1024;
    private const int NonceSize = 12;

    public static byte[] Write(byte[] fileKey, PassphraseKey recipient)
    {
        var (kdf, salt, iterations) = recipient.Parameters;
        var lines = $"{Version}\n-> pass {kdf} {salt} {iterations} {recipient.Id} {Convert.ToBase64String(Wrap(fileKey, recipient))}\n";
        return Encoding.ASCII.GetBytes($"{lines}--- {Mac(fileKey, lines)}\n");
    }

    /// <summary>Reads the header and leaves the stream at the first byte of the payload.</summary>
    /// <exception cref="EncryptedFileException">No header of ours, changed, or made for another passphrase.</exception>
    public static async Task<byte[]> ReadFileKeyAsync(Stream source, PassphraseKeys keys, CancellationToken cancellationToken)
    {
        var text = await ReadAsync(source, cancellationToken);
        var end = text.LastIndexOf("--- ", StringComparison.Ordinal);
        var lines = text[..end];
        var recipient = lines.Split('\n')[1].Split(' ');

        if (recipient is not ["->", "pass", var kdf, var salt, var rounds, var keyId, var wrapped]
            || !int.TryParse(rounds, NumberStyles.None, CultureInfo.InvariantCulture, out var iterations)
            || !Base64.IsValid(wrapped.AsSpan()))
        {
            throw new EncryptedFileException(EncryptedFileFault.NotOurs, "its header names no passphrase recipient");
        }

        var key = keys.For(new PassphraseParameters(kdf, salt, iterations));
        if (key.Id != keyId)
        {
            throw new EncryptedFileException(EncryptedFileFault.WrongKey, "it was made with another passphrase");
        }

        var fileKey = Unwrap(Convert.FromBase64String(wrapped), key);
        return text[end..] == $"--- {Mac(fileKey, lines)}\n"
            ? fileKey
            : throw new EncryptedFileException(EncryptedFileFault.Changed, "its header was changed");
    }

    private static async Task<string> ReadAsync(Stream source, CancellationToken cancellationToken)
    {
        // Byte by byte, because nothing after the header may be consumed; the file below is buffered.
        var text = new StringBuilder();
        var one = new byte[1];
        var lineStart = 0;

        while (text.Length < MaxBytes)
        {
            if (await source.ReadAsync(one, cancellationToken) == 0)
            {
                throw EncryptedFileException.Truncated();
            }

            text.Append((char)one[0]);
            if (one[0] != '\n')
            {
                continue;
            }

            var line = text.ToString(lineStart, text.Length - lineStart - 1);
            if (lineStart == 0 && line != Version)
            {
                break;
            }

            if (line.StartsWith("--- ", StringComparison.Ordinal) && lineStart > Version.Length + 1)
            {
                return text.ToString();
            }

            lineStart = text.Length;
        }

        throw new EncryptedFileException(EncryptedFileFault.NotOurs, $"it does not start with a {Version} header");
    }

    private static byte[] Wrap(byte[] fileKey, PassphraseKey recipient)
    {
        var wrapped = new byte[NonceSize + fileKey.Length + ChunkedEncryption.TagSize];
        var nonce = wrapped.AsSpan(0, NonceSize);
        RandomNumberGenerator.Fill(nonce);

        using var cipher = new AesGcm(recipient.WrappingKey, ChunkedEncryption.TagSize);
        cipher.Encrypt(nonce, fileKey, wrapped.AsSpan(NonceSize, fileKey.Length), wrapped.AsSpan(NonceSize + fileKey.Length));
        return wrapped;
    }

    private static byte[] Unwrap(byte[] wrapped, PassphraseKey recipient)
    {
        var fileKey = new byte[ChunkedEncryption.KeySize];
        if (wrapped.Length != NonceSize + fileKey.Length + ChunkedEncryption.TagSize)
        {
            throw new EncryptedFileException(EncryptedFileFault.Changed, "its wrapped key has the wrong length");
        }

        try
        {
            using var cipher = new AesGcm(recipient.WrappingKey, ChunkedEncryption.TagSize);
            cipher.Decrypt(
                wrapped.AsSpan(0, NonceSize), wrapped.AsSpan(NonceSize, fileKey.Length), wrapped.AsSpan(NonceSize + fileKey.Length), fileKey);
            return fileKey;
        }
        catch (AuthenticationTagMismatchException)
        {
            throw new EncryptedFileException(EncryptedFileFault.Changed, "its wrapped key was changed");
        }
    }

    private static string Mac(byte[] fileKey, string lines)
    {
        var key = HkdfExpand.Derive(fileKey, length: 32, "mcp-backup/header/v1"u8);
        return Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.ASCII.GetBytes(lines)));
    }
}
