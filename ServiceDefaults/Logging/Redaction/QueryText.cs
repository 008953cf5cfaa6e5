using System.Collections.Frozen;
using System.Text;

namespace ServiceDefaults.Logging.Redaction;

/// <summary>Paths with queries as logs may have them.</summary>
public static class QueryText
{
    /// <summary>Names that mean a secret in a query, though not elsewhere.</summary>
    private static readonly FrozenSet<string> Secret = new[]
    {
        "key", "client_key", "code", "code_verifier", "auth", "sig", "session", "sid", "pin", "assertion", "client_assertion", "ticket",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>How many times a value that is itself an escaped query or JSON is looked into.</summary>
    private const int Depth = 3;

    public static string Redact(string path, string? query)
    {
        var clean = SecretText.Redact(path);
        return query is null or "" or "?" ? clean : clean + RedactQuery(query, Depth);
    }

    private static string RedactQuery(string query, int depth)
    {
        var output = new StringBuilder(query.Length);
        foreach (var pair in query.TrimStart('?').Split('&'))
        {
            output.Append(output.Length == 0 ? '?' : '&');
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            var name = Uri.UnescapeDataString(equals < 0 ? pair : pair[..equals]);
            if (equals >= 0 && (Secret.Contains(name) || SecretNames.IsSecret(name)))
            {
                output.Append(pair, 0, equals + 1).Append(SecretNames.Mask);
            }
            else
            {
                output.Append(RedactValue(pair, equals + 1, depth));
            }
        }

        return output.ToString();
    }

    /// <summary>What shows a secret only when its escapes are undone is masked as a whole.</summary>
    private static string RedactValue(string pair, int start, int depth)
    {
        var clean = SecretText.Redact(pair);
        return ReferenceEquals(clean, pair) && HidesSecret(pair[start..], depth) ? string.Concat(pair.AsSpan(0, start), SecretNames.Mask) : clean;
    }

    private static bool HidesSecret(string value, int depth)
    {
        while (depth-- > 0 && value.AsSpan().ContainsAny('%', '+'))
        {
            value = Uri.UnescapeDataString(value.Replace('+', ' '));
            var query = value.IndexOf('?', StringComparison.Ordinal);
            if (!ReferenceEquals(SecretText.Redact(value), value)
                || (query >= 0 && value[query..] is var inner && RedactQuery(inner, depth) is var clean && clean != inner))
            {
                return true;
            }
        }

        return false;
    }
}
