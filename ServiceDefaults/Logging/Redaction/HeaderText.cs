namespace ServiceDefaults.Logging.Redaction;

/// <summary>Values of headers as logs may have them. Whoever adds a header of their own to a request mostly adds a credential.</summary>
public static class HeaderText
{
    private const string Subprotocols = "Sec-WebSocket-Protocol";

    private static readonly string[] Endings = ["key", "keys", "auth", "session", "session-id", "sid", "hmac"];

    private static readonly string[] Harmless = ["Sec-WebSocket-Key", "Idempotency-Key"];

    public static string Redact(string name, string value)
    {
        if (value.Length == 0)
        {
            return value;
        }

        if (SecretNames.IsSecret(name) || (Array.Exists(Endings, ending => EndsInWord(name, ending)) && !Harmless.Contains(name, StringComparer.OrdinalIgnoreCase)))
        {
            return SecretNames.Mask;
        }

        if (name.Equals(Subprotocols, StringComparison.OrdinalIgnoreCase))
        {
            return FirstOnly(value);
        }

        // Location, Referer, X-Original-URL: they carry what the query carried.
        var query = value.IndexOf('?', StringComparison.Ordinal);
        return query < 0 ? SecretText.Redact(value) : QueryText.Redact(value[..query], value[query..]);
    }

    private static bool EndsInWord(string name, string word) =>
        name.EndsWith(word, StringComparison.OrdinalIgnoreCase) && (name.Length == word.Length || !char.IsAsciiLetterOrDigit(name[^(word.Length + 1)]));

    /// <summary>Browsers cannot set other headers on a WebSocket, so credentials travel behind the protocol's name.</summary>
    private static string FirstOnly(string protocols)
    {
        var comma = protocols.IndexOf(',', StringComparison.Ordinal);
        return comma < 0 ? SecretText.Redact(protocols) : $"{SecretText.Redact(protocols[..comma])}, {SecretNames.Mask}";
    }
}
