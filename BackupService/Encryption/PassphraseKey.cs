using System.Security.Cryptography;
using System.Text;

namespace BackupService.Encryption;

/// <summary>How a passphrase becomes a key: the public half, stored beside what the key protects.</summary>
/// <param name="Kdf">Always <see cref="PassphraseKey.Algorithm"/> in this format version.</param>
/// <param name="Salt">16 bytes, base64.</param>
/// <param name="Iterations">Rounds of PBKDF2.</param>
internal sealed record PassphraseParameters(string Kdf, string Salt, int Iterations)
{
    public static PassphraseParameters Create() =>
        new(PassphraseKey.Algorithm, Convert.ToBase64String(RandomNumberGenerator.GetBytes(16)), PassphraseKey.DefaultIterations);
}

/// <summary>The keys that come from one passphrase and one salt, each for one purpose.</summary>
internal sealed class PassphraseKey
{
    public const string Algorithm = "pbkdf2-sha512";

    /// <summary>OWASP's figure for PBKDF2 with SHA-512; a file that asks for less was not written by us.</summary>
    public const int DefaultIterations = 220_000;

    /// <summary>Four times the cost of our own files: a hostile file must not buy minutes of CPU.</summary>
    public const int MaxIterations = 4 * DefaultIterations;

    private const int SaltSize = 16;

    private PassphraseKey(PassphraseParameters parameters, byte[] master)
    {
        Parameters = parameters;
        WrappingKey = Derive(master, "mcp-backup/wrap/v1");
        ManifestKey = Derive(master, "mcp-backup/manifest/v1");
        Id = Convert.ToHexStringLower(Derive(master, "mcp-backup/key-id/v1").AsSpan(0, 8));
        CryptographicOperations.ZeroMemory(master);
    }

    public PassphraseParameters Parameters { get; }

    /// <summary>Names the key without telling anything about it, so that a wrong passphrase is told from a changed file.</summary>
    public string Id { get; }

    /// <summary>Encrypts the keys of files.</summary>
    public byte[] WrappingKey { get; }

    /// <summary>Authenticates manifests.</summary>
    public byte[] ManifestKey { get; }

    /// <exception cref="EncryptedFileException">The parameters are not ones this product writes.</exception>
    public static PassphraseKey Derive(string passphrase, PassphraseParameters parameters)
    {
        var salt = new byte[SaltSize + 1];
        if (parameters.Kdf != Algorithm
            || parameters.Iterations is < DefaultIterations or > MaxIterations
            || parameters.Salt is null
            || !Convert.TryFromBase64String(parameters.Salt, salt, out var length)
            || length != SaltSize)
        {
            throw new EncryptedFileException(
                EncryptedFileFault.NotOurs, $"its key derivation is not {Algorithm} with {DefaultIterations} to {MaxIterations} rounds");
        }

        var master = Rfc2898DeriveBytes.Pbkdf2(
            Encoding.UTF8.GetBytes(passphrase), salt.AsSpan(0, SaltSize), parameters.Iterations, HashAlgorithmName.SHA512, outputLength: 64);
        return new PassphraseKey(parameters, master);
    }

    private static byte[] Derive(byte[] master, string purpose) =>
        HkdfExpand.Derive(master, ChunkedEncryption.KeySize, Encoding.ASCII.GetBytes(purpose));
}
