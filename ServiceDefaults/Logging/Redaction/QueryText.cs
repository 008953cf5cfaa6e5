using System.Collections.Frozen;
using System.Text;

namespace ServiceDefaults.Logging.Redaction;

/// <summary>Paths with queries as logs may have them.</summary>
public static class QueryText
{
    /// <summary>Names that mean a secret in a query, though not elsewhere.</summary>
    private static readonly FrozenSet<string> Secret = new[] { "key", "code", "auth", "sig" }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    public static string Redact(string path, string? query)
    {
        var clean = SecretText.Redact(path);
        return query is null or "" or "?" ? clean : clean + RedactQuery(query);
    }

    private static string RedactQuery(string query)
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
                output.Append(SecretText.Redact(pair));
            }
        }

        return output.ToString();
    }
}
