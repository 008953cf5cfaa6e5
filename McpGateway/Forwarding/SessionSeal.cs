using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using ServiceDefaults.Settings.Catalog;

namespace McpGateway.Forwarding;

/// <summary>
/// Session ids of legacy callers as the gateway hands them out: worker instance, worker's session and owner, encrypted
/// and authenticated. Any gateway can read them, none has to remember them, and nobody can use somebody else's, or one of
/// another endpoint: what the gateway checks and records by the path must be what the session serves.
/// </summary>
internal sealed class SessionSeal : IDisposable
{
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const int MaxLength = 1024;

    private readonly AesGcm _cipher;

    public SessionSeal(IOptions<AuthenticationOptions> options) => _cipher = new AesGcm(
        HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(options.Value.InternalSecret), 32, info: "mcp-session-id-v1"u8.ToArray()),
        TagBytes);

    /// <param name="subject">The caller the session belongs to.</param>
    /// <param name="server">The server whose endpoint it was begun at; null for the one of all.</param>
    public string Seal(string instance, string session, string subject, string? server)
    {
        var plain = Encoding.UTF8.GetBytes($"{instance}\n{session}");
        var sealedBytes = new byte[NonceBytes + plain.Length + TagBytes];
        var nonce = sealedBytes.AsSpan(0, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        _cipher.Encrypt(
            nonce, plain, sealedBytes.AsSpan(NonceBytes, plain.Length), sealedBytes.AsSpan(NonceBytes + plain.Length), BindingOf(subject, server));
        return Base64Url.EncodeToString(sealedBytes);
    }

    /// <summary>Instance and the worker's own session id; null when it is none of ours, not this subject's, or not of this endpoint.</summary>
    public (string Instance, string Session)? Open(string id, string subject, string? server)
    {
        if (id.Length > MaxLength || !Base64Url.IsValid(id))
        {
            return null;
        }

        var bytes = Base64Url.DecodeFromChars(id);
        if (bytes.Length <= NonceBytes + TagBytes)
        {
            return null;
        }

        var plain = new byte[bytes.Length - NonceBytes - TagBytes];
        try
        {
            _cipher.Decrypt(
                bytes.AsSpan(0, NonceBytes), bytes.AsSpan(NonceBytes, plain.Length), bytes.AsSpan(NonceBytes + plain.Length), plain,
                BindingOf(subject, server));
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }

        var text = Encoding.UTF8.GetString(plain);
        var separator = text.IndexOf('\n', StringComparison.Ordinal);
        return (text[..separator], text[(separator + 1)..]);
    }

    public void Dispose() => _cipher.Dispose();

    /// <summary>No name of a server has a line break.</summary>
    private static byte[] BindingOf(string subject, string? server) => Encoding.UTF8.GetBytes($"{server}\n{subject}");
}
