using System.Text;
using Microsoft.Extensions.Primitives;

namespace McpGateway.Envelope;

/// <summary>
/// Holds the headers that mirror a modern message to what the message says (revision 2026-07-28). Whoever routes or
/// limits by one and runs the other can be led past every check, so a disagreement ends the call before any decision.
/// </summary>
internal static class ModernHeaders
{
    public const string Method = "Mcp-Method";
    public const string Name = "Mcp-Name";

    private const string Base64Prefix = "=?base64?";
    private const string Base64Suffix = "?=";

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Whether the call is one whose headers must agree with its body.</summary>
    public static bool Apply(IHeaderDictionary headers, McpEnvelope envelope)
    {
        var version = headers[ProtocolVersions.HeaderName];
        return ProtocolVersions.IsModern(Single(version)) || ProtocolVersions.IsModern(envelope.DeclaredVersion);
    }

    /// <summary>The first disagreement; null when there is none.</summary>
    public static EnvelopeFault? FindFault(IHeaderDictionary headers, McpEnvelope envelope)
    {
        if (!Apply(headers, envelope) || IsUnknownVersion(headers))
        {
            return null;
        }

        if (envelope.Kind == McpMessageKind.Response)
        {
            return EnvelopeFault.ModernResponse;
        }

        return FindVersionFault(headers, envelope) ?? FindMethodFault(headers, envelope) ?? FindNameFault(headers, envelope);
    }

    private static bool IsUnknownVersion(IHeaderDictionary headers) =>
        Single(headers[ProtocolVersions.HeaderName]) is { } version && !ProtocolVersions.IsKnown(version);

    private static EnvelopeFault? FindVersionFault(IHeaderDictionary headers, McpEnvelope envelope)
    {
        var header = headers[ProtocolVersions.HeaderName];
        if (Single(header) is not { } version)
        {
            return EnvelopeFault.Mismatch(ProtocolVersions.HeaderName, header.Count == 0 ? "is missing" : "appears more than once");
        }

        // A modern header over a body without a version is the worker's to refuse, as -32602.
        return envelope.DeclaredVersion is { } declared && declared != version
            ? EnvelopeFault.Mismatch(ProtocolVersions.HeaderName, "differs from the version in the body")
            : null;
    }

    private static EnvelopeFault? FindMethodFault(IHeaderDictionary headers, McpEnvelope envelope)
    {
        var header = headers[Method];
        if (header.Count == 0)
        {
            return envelope.Kind == McpMessageKind.Request ? EnvelopeFault.Mismatch(Method, "is missing") : null;
        }

        return Single(header) == envelope.Method ? null : EnvelopeFault.Mismatch(Method, "differs from the method in the body");
    }

    private static EnvelopeFault? FindNameFault(IHeaderDictionary headers, McpEnvelope envelope)
    {
        var header = headers[Name];
        var isNamed = envelope.Method is McpMethods.CallTool or "prompts/get" or "resources/read";
        if (!isNamed)
        {
            return null;
        }

        if (header.Count == 0)
        {
            return envelope.Kind == McpMessageKind.Request ? EnvelopeFault.Mismatch(Name, "is missing") : null;
        }

        return Decode(Single(header)) == envelope.Target ? null : EnvelopeFault.Mismatch(Name, "differs from the name in the body");
    }

    private static string? Single(StringValues values) => values.Count == 1 ? values[0]!.Trim(' ', '\t') : null;

    /// <summary>Null when the value holds characters no header may have, or base64 that is none.</summary>
    private static string? Decode(string? value)
    {
        if (value is null || value.AsSpan().ContainsAnyExcept(HeaderCharacters))
        {
            return null;
        }

        if (!value.StartsWith(Base64Prefix, StringComparison.Ordinal) || !value.EndsWith(Base64Suffix, StringComparison.Ordinal)
            || value.Length < Base64Prefix.Length + Base64Suffix.Length)
        {
            return value;
        }

        try
        {
            return StrictUtf8.GetString(Convert.FromBase64String(value[Base64Prefix.Length..^Base64Suffix.Length]));
        }
        catch (Exception exception) when (exception is FormatException or DecoderFallbackException)
        {
            return null;
        }
    }

    private static readonly System.Buffers.SearchValues<char> HeaderCharacters =
        System.Buffers.SearchValues.Create("\t" + string.Concat(Enumerable.Range(0x20, 0x5F).Select(code => (char)code)));
}
