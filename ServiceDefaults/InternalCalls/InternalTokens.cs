using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Options;
using ServiceDefaults.Settings.Catalog;

namespace ServiceDefaults.InternalCalls;

/// <summary>
/// Signs and checks the token in <c>X-Mcp-Internal</c> (S-006, S-158): base64url(payload) "." base64url(HMAC-SHA256).
/// It lives 30 seconds, so a captured one is soon worthless; clocks may differ by as much.
/// </summary>
public sealed class InternalTokens(IOptions<AuthenticationOptions> options, TimeProvider clock)
{
    public const string HeaderName = "X-Mcp-Internal";

    // A caller's permissions, and a name with every character escaped, fit.
    private const int MaxLength = 64 * 1024;
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(30);
    private static readonly byte[] Purpose = "mcp-internal-token-v1"u8.ToArray();

    private readonly byte[] _key = HKDF.DeriveKey(
        HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(options.Value.InternalSecret), outputLength: 32, info: Purpose);

    public string Sign(InternalCall call)
    {
        var envelope = new Envelope(call, clock.GetUtcNow().Add(Lifetime).ToUnixTimeSeconds());
        var payload = JsonSerializer.SerializeToUtf8Bytes(envelope, InternalTokenJson.Default.Envelope);
        return $"{Base64Url.EncodeToString(payload)}.{Base64Url.EncodeToString(HMACSHA256.HashData(_key, payload))}";
    }

    /// <summary>The call the token was made for, or why it is refused.</summary>
    public InternalTokenCheck Verify(string? token)
    {
        if (string.IsNullOrEmpty(token))
        {
            return InternalTokenCheck.Refused(InternalTokenRefusal.Missing);
        }

        if (token.Length > MaxLength || !TryDecode(token, out var payload, out var signature))
        {
            return InternalTokenCheck.Refused(InternalTokenRefusal.Malformed);
        }

        if (!CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(_key, payload), signature))
        {
            return InternalTokenCheck.Refused(InternalTokenRefusal.BadSignature);
        }

        var envelope = JsonSerializer.Deserialize(payload, InternalTokenJson.Default.Envelope)!;
        var remaining = DateTimeOffset.FromUnixTimeSeconds(envelope.Expires) - clock.GetUtcNow();
        return remaining < -Lifetime || remaining > Lifetime * 2
            ? InternalTokenCheck.Refused(InternalTokenRefusal.Expired)
            : new InternalTokenCheck(envelope.Call, null);
    }

    private static bool TryDecode(string token, out byte[] payload, out byte[] signature)
    {
        payload = signature = [];
        var dot = token.IndexOf('.', StringComparison.Ordinal);
        if (dot < 1 || !Base64Url.IsValid(token.AsSpan(0, dot)) || !Base64Url.IsValid(token.AsSpan(dot + 1)))
        {
            return false;
        }

        payload = Base64Url.DecodeFromChars(token.AsSpan(0, dot));
        signature = Base64Url.DecodeFromChars(token.AsSpan(dot + 1));
        return true;
    }

    internal sealed record Envelope(InternalCall Call, long Expires);
}

/// <summary>Outcome of <see cref="InternalTokens.Verify"/>: exactly one of the two is set.</summary>
public sealed record InternalTokenCheck(InternalCall? Call, InternalTokenRefusal? Refusal)
{
    internal static InternalTokenCheck Refused(InternalTokenRefusal refusal) => new(null, refusal);
}

/// <summary>Why an internal token was refused.</summary>
public enum InternalTokenRefusal
{
    Missing,
    Malformed,
    BadSignature,
    Expired,
}

[JsonSerializable(typeof(InternalTokens.Envelope))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
internal sealed partial class InternalTokenJson : JsonSerializerContext;
