using System.Security.Cryptography;
using System.Text;

namespace BackupService.Encryption;

/// <summary>
/// One encrypted file of a set: header, then the payload under a key of its own. The payload is bound to its set and
/// path, so an intact file put in another file's place is refused.
/// </summary>
internal static class EncryptedFile
{
    /// <summary>Starts a file; what is written to the result is encrypted into <paramref name="destination"/>.</summary>
    public static async Task<EncryptingStream> CreateAsync(
        Stream destination, PassphraseKey recipient, string set, string path, CancellationToken cancellationToken)
    {
        var fileKey = RandomNumberGenerator.GetBytes(ChunkedEncryption.KeySize);
        await destination.WriteAsync(EncryptedFileHeader.Write(fileKey, recipient), cancellationToken);
        return await EncryptingStream.StartAsync(destination, fileKey, Context(set, path), cancellationToken);
    }

    /// <summary>Opens a file; what is read from the result is authentic.</summary>
    /// <exception cref="EncryptedFileException">Here or on a later read: the file is not what was written.</exception>
    public static async Task<DecryptingStream> OpenAsync(
        Stream source, PassphraseKeys keys, string set, string path, CancellationToken cancellationToken)
    {
        var fileKey = await EncryptedFileHeader.ReadFileKeyAsync(source, keys, cancellationToken);
        return await DecryptingStream.StartAsync(source, fileKey, Context(set, path), cancellationToken);
    }

    private static byte[] Context(string set, string path) => Encoding.UTF8.GetBytes($"mcp-backup/v1/{set}/{path}");
}
