using System.Security.Cryptography;

namespace BackupService.Encryption;

/// <summary>
/// HKDF-Expand of RFC 5869 with SHA-512. The framework's own refuses keys shorter than the hash, which the published
/// format uses (32 bytes of uniform randomness need no more).
/// </summary>
internal static class HkdfExpand
{
    public static byte[] Derive(ReadOnlySpan<byte> key, int length, ReadOnlySpan<byte> info)
    {
        var output = new byte[length];
        byte[] block = [];
        byte[] message = [];

        for (var (written, number) = (0, 1); written < length; number++)
        {
            message = [.. block, .. info, (byte)number];
            block = HMACSHA512.HashData(key, message);
            var count = Math.Min(block.Length, length - written);
            block.AsSpan(0, count).CopyTo(output.AsSpan(written));
            written += count;
        }

        CryptographicOperations.ZeroMemory(block);
        CryptographicOperations.ZeroMemory(message);
        return output;
    }
}
