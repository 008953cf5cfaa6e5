using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using ModelContextProtocol;
using ServiceDefaults.Settings.Catalog;

namespace McpWorker.Servers;

/// <summary>
/// The state of a modern server, in an envelope of ours. To that server all callers are one, this worker: without the
/// envelope, a caller could bring another's state. Any worker opens it.
/// </summary>
internal sealed class ForeignStates(IOptions<AuthenticationOptions> options, TimeProvider clock)
{
    private const int NonceLength = 12;
    private const int TagLength = 16;
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    private readonly byte[] _key = HKDF.DeriveKey(
        HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(options.Value.InternalSecret), outputLength: 32, info: "mcp-foreign-state-v1"u8.ToArray());

    public string Seal(string state, string server, CallerSide caller)
    {
        var plain = JsonSerializer.SerializeToUtf8Bytes(new Envelope(state, clock.GetUtcNow().Add(Lifetime).ToUnixTimeSeconds()));
        var content = new byte[NonceLength + plain.Length + TagLength];
        RandomNumberGenerator.Fill(content.AsSpan(0, NonceLength));
        using var cipher = new AesGcm(_key, TagLength);
        cipher.Encrypt(content.AsSpan(0, NonceLength), plain, content.AsSpan(NonceLength, plain.Length), content.AsSpan(NonceLength + plain.Length), Owner(server, caller));
        return Base64Url.EncodeToString(content);
    }

    /// <exception cref="McpProtocolException">It was not sealed for this caller and this call, was altered, or is too old.</exception>
    public string Open(string envelope, string server, CallerSide caller)
    {
        try
        {
            var content = Base64Url.DecodeFromChars(envelope);
            var plain = new byte[content.Length - NonceLength - TagLength];
            using var cipher = new AesGcm(_key, TagLength);
            cipher.Decrypt(content.AsSpan(0, NonceLength), content.AsSpan(NonceLength, plain.Length), content.AsSpan(NonceLength + plain.Length), plain, Owner(server, caller));
            var opened = JsonSerializer.Deserialize<Envelope>(plain)!;
            if (DateTimeOffset.FromUnixTimeSeconds(opened.Expires) > clock.GetUtcNow())
            {
                return opened.State;
            }
        }
        catch (Exception exception) when (exception is FormatException or OverflowException or ArgumentException or CryptographicException)
        {
            // Answered as one that is too old: why it does not open is nobody's business.
        }

        throw new McpProtocolException("requestState is not one that was given to this caller for this call, or it is too old. Start the call over.", McpErrorCode.InvalidParams);
    }

    private static byte[] Owner(string server, CallerSide caller) =>
        [.. Encoding.UTF8.GetBytes(server), 0, .. Encoding.UTF8.GetBytes(caller.Subject), 0, .. CallDigest.Of(caller)];

    private sealed record Envelope(string State, long Expires);
}
