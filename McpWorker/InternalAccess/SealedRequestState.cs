using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using McpModules;
using Microsoft.Extensions.Options;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using ServiceDefaults.Settings.Catalog;

namespace McpWorker.InternalAccess;

/// <summary>
/// Request state that is encrypted and authenticated, so that any worker can open it and none has to remember it:
/// https://modelcontextprotocol.io/specification/2026-07-28/basic/patterns/mrtr.
/// </summary>
internal sealed class SealedRequestState : IRequestState, IDisposable
{
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const int ExpiryBytes = 8;
    private const int MaxPayload = 32 * 1024;
    private const int MaxLength = (MaxPayload + NonceBytes + TagBytes + ExpiryBytes) * 4 / 3 + 4;

    /// <summary>As long as a person may take to answer a form.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);

    private readonly AesGcm _cipher;
    private readonly TimeProvider _clock;

    public SealedRequestState(IOptions<AuthenticationOptions> options, TimeProvider clock)
    {
        _clock = clock;
        _cipher = new AesGcm(
            HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(options.Value.InternalSecret), 32, info: "mcp-request-state-v1"u8.ToArray()),
            TagBytes);
    }

    public string Seal(MessageContext request, ReadOnlySpan<byte> payload)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(payload.Length, MaxPayload, nameof(payload));

        var plain = new byte[ExpiryBytes + payload.Length];
        BinaryPrimitives.WriteInt64BigEndian(plain, _clock.GetUtcNow().Add(Lifetime).ToUnixTimeSeconds());
        payload.CopyTo(plain.AsSpan(ExpiryBytes));

        var sealedBytes = new byte[NonceBytes + plain.Length + TagBytes];
        RandomNumberGenerator.Fill(sealedBytes.AsSpan(0, NonceBytes));
        _cipher.Encrypt(
            sealedBytes.AsSpan(0, NonceBytes), plain, sealedBytes.AsSpan(NonceBytes, plain.Length), sealedBytes.AsSpan(NonceBytes + plain.Length), BindingOf(request));
        return Base64Url.EncodeToString(sealedBytes);
    }

    public byte[]? Open(MessageContext request)
    {
        if (ParametersOf(request)?["requestState"] is not { } state)
        {
            return null;
        }

        if (state is not JsonValue value || !value.TryGetValue<string>(out var text) || text.Length > MaxLength || !Base64Url.IsValid(text))
        {
            throw Refused();
        }

        var bytes = Base64Url.DecodeFromChars(text);
        if (bytes.Length < NonceBytes + ExpiryBytes + TagBytes)
        {
            throw Refused();
        }

        var plain = new byte[bytes.Length - NonceBytes - TagBytes];
        try
        {
            _cipher.Decrypt(bytes.AsSpan(0, NonceBytes), bytes.AsSpan(NonceBytes, plain.Length), bytes.AsSpan(NonceBytes + plain.Length), plain, BindingOf(request));
        }
        catch (AuthenticationTagMismatchException)
        {
            throw Refused();
        }

        return BinaryPrimitives.ReadInt64BigEndian(plain) > _clock.GetUtcNow().ToUnixTimeSeconds() ? plain[ExpiryBytes..] : throw Refused();
    }

    public void Dispose() => _cipher.Dispose();

    /// <summary>One text for all reasons: which one it was helps only somebody who tries.</summary>
    private static McpProtocolException Refused() =>
        new("requestState is not valid for this request, or too old. Start the request again without it.", McpErrorCode.InvalidParams);

    private static byte[] BindingOf(MessageContext request)
    {
        var caller = CallerIdentity.Of(request.User);
        var method = ((JsonRpcRequest)request.JsonRpcMessage).Method;
        return Encoding.UTF8.GetBytes(
            $"{caller.Server}\n{caller.Call.Caller.Subject}\n{method}\n{Convert.ToHexString(ParametersDigest.Of(ParametersOf(request)))}");
    }

    private static JsonObject? ParametersOf(MessageContext request) => ((JsonRpcRequest)request.JsonRpcMessage).Params as JsonObject;
}
