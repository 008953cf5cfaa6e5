using System.Security.Cryptography;
using System.Text;

namespace McpGateway.Authentication;

/// <summary>
/// The written form of an API key: <c>mcpk_live_&lt;8 id&gt;&lt;32 secret&gt;_&lt;6 checksum&gt;</c>, all base62. The checksum lets
/// typing errors be refused, and leaked keys be found by scanners, without asking any store.
/// </summary>
internal static class ApiKeyText
{
    public const string Prefix = "mcpk_live_";

    private const int IdLength = 8;
    private const int SecretLength = 32;
    private const int ChecksumLength = 6;
    private const int SignedLength = 10 + IdLength + SecretLength;
    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private static readonly System.Buffers.SearchValues<char> AlphabetSet = System.Buffers.SearchValues.Create(Alphabet);

    /// <summary>Whether a text claims to be an API key, well-formed or not.</summary>
    public static bool IsMeant(string text) => text.StartsWith("mcpk_", StringComparison.Ordinal);

    /// <summary>A new key: 190 random bits behind its id.</summary>
    public static string Generate()
    {
        var signed = Prefix + RandomNumberGenerator.GetString(Alphabet, IdLength + SecretLength);
        return $"{signed}_{Checksum(signed)}";
    }

    /// <summary>The id of a well-formed key; null when it is not one or its checksum is wrong.</summary>
    public static string? TryGetId(string key)
    {
        var isShaped = key.Length == SignedLength + 1 + ChecksumLength
            && key.StartsWith(Prefix, StringComparison.Ordinal)
            && key[SignedLength] == '_'
            && !key.AsSpan(Prefix.Length, IdLength + SecretLength).ContainsAnyExcept(AlphabetSet);
        return isShaped && FixedTimeEquals(Checksum(key[..SignedLength]), key.AsSpan(SignedLength + 1))
            ? key.Substring(Prefix.Length, IdLength)
            : null;
    }

    private static bool FixedTimeEquals(ReadOnlySpan<char> left, ReadOnlySpan<char> right) =>
        CryptographicOperations.FixedTimeEquals(
            System.Runtime.InteropServices.MemoryMarshal.AsBytes(left), System.Runtime.InteropServices.MemoryMarshal.AsBytes(right));

    private static string Checksum(string signed)
    {
        var crc = Crc32(Encoding.ASCII.GetBytes(signed));
        return string.Create(ChecksumLength, crc, static (text, value) =>
        {
            for (var i = text.Length - 1; i >= 0; i--)
            {
                text[i] = Alphabet[(int)(value % 62)];
                value /= 62;
            }
        });
    }

    /// <summary>CRC-32 of ISO 3309, as zlib computes it; the runtime's own is another polynomial.</summary>
    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
            }
        }

        return ~crc;
    }
}
