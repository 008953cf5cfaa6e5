using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace AppHost.Tests.EndToEnd;

/// <summary>Makes the access tokens a test caller presents (RFC 7519, HS256).</summary>
internal static class TestJwt
{
    public static string Sign(string secret, string subject, params string[] permissions)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var header = Encode(new { alg = "HS256", typ = "JWT" });
        var payload = Encode(new { sub = subject, username = subject, roles = Array.Empty<string>(), permissions, iat = now, exp = now + 1800 });
        var signature = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.ASCII.GetBytes($"{header}.{payload}"));
        return $"{header}.{payload}.{Base64Url.EncodeToString(signature)}";
    }

    private static string Encode(object value) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(value));
}
