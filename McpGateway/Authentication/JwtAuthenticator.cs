using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using ServiceDefaults.InternalCalls;
using ServiceDefaults.Settings.Catalog;

namespace McpGateway.Authentication;

/// <summary>
/// Checks access tokens as RFC 8725 asks: one algorithm, chosen by us and not by the token; no key taken from the token's
/// header; the signature before anything in the payload counts; no claim twice.
/// </summary>
internal sealed class JwtAuthenticator(IOptions<AuthenticationOptions> options, TimeProvider clock)
{
    private const int MaxLength = 8 * 1024;
    private const int MinKeyBytes = 32;

    // The furthest time that fits: a token is not forever because its number overflows.
    private const double MaxSeconds = 253_402_300_799;

    private static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(30);
    private static readonly JsonDocumentOptions Json = new() { AllowDuplicateProperties = false, MaxDepth = 8 };

    private readonly byte[] _key = Encoding.UTF8.GetBytes(options.Value.JwtSecret);

    public AuthenticationOutcome Authenticate(string token)
    {
        var parts = token.Length <= MaxLength ? token.Split('.') : [];
        if (parts.Length != 3 || Decode(parts[0]) is not { } header || Decode(parts[1]) is not { } payload || Decode(parts[2]) is not { } signature)
        {
            return AuthenticationFailure.Malformed;
        }

        var signed = Encoding.ASCII.GetBytes(token, 0, parts[0].Length + 1 + parts[1].Length);
        if (_key.Length < MinKeyBytes || !IsOurHeader(header)
            || !CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(_key, signed), signature))
        {
            return AuthenticationFailure.BadSignature;
        }

        try
        {
            using var claims = JsonDocument.Parse(payload, Json);
            return claims.RootElement.ValueKind == JsonValueKind.Object ? Check(claims.RootElement) : AuthenticationFailure.BadClaims;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return AuthenticationFailure.BadClaims;
        }
    }

    private static byte[]? Decode(string part) =>
        part.Length > 0 && !part.Contains('=', StringComparison.Ordinal) && Base64Url.IsValid(part) ? Base64Url.DecodeFromChars(part) : null;

    /// <summary><c>kid</c>, <c>jku</c>, <c>jwk</c> and <c>x5u</c> say nothing here; <c>crit</c> asks for what nobody implements.</summary>
    private static bool IsOurHeader(byte[] header)
    {
        try
        {
            using var document = JsonDocument.Parse(header, Json);
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("alg"u8, out var algorithm)
                && algorithm.ValueKind == JsonValueKind.String && algorithm.ValueEquals("HS256"u8)
                && !document.RootElement.TryGetProperty("crit"u8, out _);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private AuthenticationOutcome Check(JsonElement claims)
    {
        if (!TryGetTime(claims, "exp", out var expires) || expires is null
            || !TryGetTime(claims, "nbf", out var notBefore) || !TryGetTime(claims, "iat", out var issued)
            || Text(claims, "sub") is not { Length: > 0 and <= 200 } subject
            || Texts(claims, "roles") is not { } roles || Texts(claims, "permissions") is not { } permissions)
        {
            return AuthenticationFailure.BadClaims;
        }

        var now = clock.GetUtcNow();
        if (expires + ClockSkew <= now)
        {
            return AuthenticationFailure.Expired;
        }

        if (notBefore - ClockSkew > now || issued - ClockSkew > now)
        {
            return AuthenticationFailure.TokenNotYetValid;
        }

        var name = Text(claims, "username") ?? subject;
        return new Caller(new InternalCaller(subject, name, Text(claims, "jti") ?? "token", roles, permissions), KeyId: null);
    }

    /// <summary>False: the claim is there but is no time. An absent claim is null and fine.</summary>
    private static bool TryGetTime(JsonElement claims, string name, out DateTimeOffset? time)
    {
        time = null;
        if (!claims.TryGetProperty(name, out var claim))
        {
            return true;
        }

        if (claim.ValueKind != JsonValueKind.Number || !claim.TryGetDouble(out var seconds) || seconds is not (>= 0 and <= MaxSeconds - 3600))
        {
            return false;
        }

        time = DateTimeOffset.FromUnixTimeSeconds((long)seconds);
        return true;
    }

    private static string? Text(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out var claim) && claim.ValueKind == JsonValueKind.String ? claim.GetString() : null;

    private static string[]? Texts(JsonElement claims, string name)
    {
        if (!claims.TryGetProperty(name, out var claim))
        {
            return [];
        }

        return claim.ValueKind == JsonValueKind.Array && claim.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String)
            ? [.. claim.EnumerateArray().Select(item => item.GetString()!)]
            : null;
    }
}
