using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace BackupService.Sets;

/// <summary>
/// A JSON document with an HMAC-SHA256 over its exact bytes: <c>{"document":…,"mac":"…"}</c>. Reading accepts nothing
/// but what writing produced, so every changed byte is noticed. The file's kind is part of what is authenticated.
/// </summary>
internal static class SealedDocument
{
    private const int MacLength = 64;
    private static readonly byte[] Head = "{\"document\":"u8.ToArray();
    private static readonly byte[] Middle = ",\"mac\":\""u8.ToArray();
    private static readonly byte[] Tail = "\"}\n"u8.ToArray();

    public static byte[] Write<T>(T document, JsonTypeInfo<T> type, byte[] key)
        where T : class, ISealedDocument
    {
        var content = JsonSerializer.SerializeToUtf8Bytes(document, type);
        return [.. Head, .. content, .. Middle, .. Encoding.ASCII.GetBytes(Mac(content, T.FileName, key)), .. Tail];
    }

    /// <summary>The document before it is known to be authentic: good for finding out which key to check it with.</summary>
    /// <returns>Null: the bytes are no document of this kind.</returns>
    public static Unchecked<T>? Parse<T>(byte[] file, JsonTypeInfo<T> type)
        where T : class, ISealedDocument
    {
        var overhead = Head.Length + Middle.Length + MacLength + Tail.Length;
        var text = file.AsSpan();
        var content = text.Length > overhead ? text[Head.Length..^(Middle.Length + MacLength + Tail.Length)] : [];

        if (content.IsEmpty
            || !text.StartsWith(Head)
            || !text.EndsWith(Tail)
            || !text.Slice(Head.Length + content.Length, Middle.Length).SequenceEqual(Middle))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize(content, type) is { } document
                ? new Unchecked<T>(document, content.ToArray(), Encoding.ASCII.GetString(text[^(MacLength + Tail.Length)..^Tail.Length]))
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    internal static string Mac(byte[] content, string kind, byte[] key)
    {
        byte[] message = [.. Encoding.ASCII.GetBytes(kind), 0, .. content];
        return Convert.ToHexStringLower(HMACSHA256.HashData(key, message));
    }
}

/// <summary>A parsed document whose MAC has not been checked yet.</summary>
internal sealed class Unchecked<T>(T claimed, byte[] content, string mac)
    where T : class, ISealedDocument
{
    public T Claimed => claimed;

    public bool IsAuthentic(byte[] key) => CryptographicOperations.FixedTimeEquals(
        Encoding.ASCII.GetBytes(mac), Encoding.ASCII.GetBytes(SealedDocument.Mac(content, T.FileName, key)));
}

/// <summary>A kind of document, named by the file it lives in.</summary>
internal interface ISealedDocument
{
    static abstract string FileName { get; }
}
