using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Text.Json;

namespace ServiceDefaults.Logging.Redaction;

/// <summary>
/// Which names mean a secret: of fields, headers, parameters, settings, in any spelling (<c>X-API-Key</c>, <c>clientSecret</c>,
/// <c>db_password</c>). What is merely said about a secret (<c>token_count</c>, <c>key_id</c>, <c>password_file</c>) is none.
/// </summary>
public static class SecretNames
{
    public const string Mask = "***";

    // Callers may choose names (arguments, parameters), so what is remembered has a bound.
    private const int MostNames = 4_000;
    private const int LongestName = 128;

    private static readonly ConcurrentDictionary<string, bool> Known = new(StringComparer.Ordinal);

    private static readonly string[] Within =
        ["password", "passwd", "passphrase", "passcode", "secret", "apikey", "privatekey", "accesskey", "connectionstring", "authorization", "credential"];

    private static readonly string[] Ending = ["token", "cookie", "cookies", "pwd"];

    private static readonly FrozenSet<string> Words =
        new[] { "salt", "pepper", "otp", "totp", "jwt", "bearer", "signature", "sig" }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<(string, string)> Pairs = new[]
    {
        ("api", "key"), ("private", "key"), ("access", "key"), ("signing", "key"), ("encryption", "key"), ("shared", "key"),
        ("account", "key"), ("master", "key"), ("connection", "string"), ("subscription", "key"), ("auth", "key"),
        ("api", "keys"), ("private", "keys"), ("access", "keys"), ("access", "tokens"), ("refresh", "tokens"), ("auth", "tokens"), ("bearer", "tokens"),
        ("code", "verifier"), ("client", "assertion"), ("mcp", "internal"), ("pass", "phrase"), ("pass", "word"),
    }.ToFrozenSet();

    /// <summary>Whole names that no rule would find.</summary>
    private static readonly FrozenSet<string> Exact =
        new[] { "pass", "secret_id", "mcp_session_id", "session_key", "credentials" }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Last words of names that say something about a secret.</summary>
    private static readonly FrozenSet<string> Harmless = new[]
    {
        "count", "counts", "size", "length", "len", "bytes", "limit", "max", "min", "minimum", "maximum", "usage", "used", "cost", "budget",
        "id", "ids", "name", "names", "type", "kind", "mode", "policy", "algorithm", "version", "source", "index", "prefix", "last4",
        "age", "ttl", "at", "since", "until", "expires", "expiry", "expired", "expiration", "ms", "seconds", "days",
        "file", "path", "dir", "folder", "url", "uri", "endpoint", "attempts", "failures", "errors", "status", "reason", "result", "problem",
        "changed", "rotated", "set", "present", "missing", "enabled", "disabled", "required", "accepted", "valid", "per", "cs",
    }.ToFrozenSet(StringComparer.Ordinal);

    public static bool IsSecret(string name)
    {
        if (Known.TryGetValue(name, out var known))
        {
            return known;
        }

        var isSecret = Decide(name.Length > LongestName ? name[^LongestName..] : name);
        if (Known.Count < MostNames && name.Length <= LongestName)
        {
            Known.TryAdd(name, isSecret);
        }

        return isSecret;
    }

    private static bool Decide(string name)
    {
        var words = Split(JsonNamingPolicy.SnakeCaseLower.ConvertName(name));
        if (words.Count == 0 || Exact.Contains(string.Join('_', words)))
        {
            return words.Count > 0;
        }

        return !Harmless.Contains(words[^1]) && Enumerable.Range(0, words.Count).Any(index => IsSecretAt(words, index));
    }

    private static bool IsSecretAt(List<string> words, int index)
    {
        var word = words[index];
        return Words.Contains(word)
            || Array.Exists(Within, part => word.Contains(part, StringComparison.Ordinal))
            || Array.Exists(Ending, part => word.EndsWith(part, StringComparison.Ordinal))
            || (index > 0 && Pairs.Contains((words[index - 1], word)));
    }

    private static List<string> Split(string name)
    {
        var words = new List<string>();
        var start = -1;
        for (var index = 0; index <= name.Length; index++)
        {
            var isPart = index < name.Length && char.IsLetterOrDigit(name[index]);
            if (isPart && start < 0)
            {
                start = index;
            }
            else if (!isPart && start >= 0)
            {
                words.Add(name[start..index]);
                start = -1;
            }
        }

        return words;
    }
}
