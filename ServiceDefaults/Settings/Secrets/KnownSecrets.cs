namespace ServiceDefaults.Settings.Secrets;

/// <summary>Values that are no secrets: samples of the world's documentation and of ours, and what a shell should have replaced.</summary>
internal static class KnownSecrets
{
    /// <summary>Processes started by hand on one machine must agree on it without being told.</summary>
    public const string DevelopmentInternal = "development-internal-secret-do-not-use-in-production";

    /// <summary>Fixed, because keys made by `create-admin` are hashed with it and must verify after a restart.</summary>
    public const string DevelopmentSalt = "development-api-key-salt-do-not-use-in-production";

    private const double LeastBitsPerCharacter = 3.5;

    private static readonly HashSet<string> Samples = new(StringComparer.OrdinalIgnoreCase)
    {
        DevelopmentInternal, DevelopmentSalt,
        "password", "passwort", "passw0rd", "p@ssw0rd", "password1", "password123", "secret", "secretkey", "secret-key", "secret_key",
        "admin", "administrator", "root", "postgres", "redis", "guest", "test", "testing", "demo", "default", "letmein", "welcome",
        "qwerty", "qwerty123", "123456", "12345678", "123456789", "1234567890", "tldw", "mcp", "mcp_app", "mcp_backup", "mcpdb",
        "your_client_secret", "prod_client_secret", "client_secret", "jwt_secret", "jwtsecret", "supersecret", "super-secret",
        "keyboard cat", "none", "null", "todo", "xxx", "redacted", "***",
    };

    private static readonly string[] SampleParts =
    [
        "changeme", "change-me", "change_me", "change me", "change-in-production", "changethis", "change-this", "change_this", "replaceme", "replace-me", "replace_me",
        "placeholder", "your-secret", "your_secret", "yoursecret", "your-256-bit-secret", "your-jwt", "your_jwt", "insert-", "example",
        "do-not-use", "not-for-production", "for-development", "super-secret", "super_secret", "supersecret", "0123456789abcdef0123456789abcdef",
    ];

    public static bool IsSample(string secret) =>
        Samples.Contains(secret.Trim())
        || SampleParts.Any(part => secret.Contains(part, StringComparison.OrdinalIgnoreCase))
        || (secret is ['<', .., '>'] or ['{', '{', .., '}', '}']);

    /// <summary>Text a shell would have replaced, taken literally by systemd or Docker: every site would share it (D-03).</summary>
    public static bool IsUnexpanded(string secret) =>
        secret.Contains("$(", StringComparison.Ordinal) || secret.Contains("${", StringComparison.Ordinal) || secret.Contains('`', StringComparison.Ordinal);

    public static bool IsPredictable(string secret) => BitsPerCharacter(secret) < LeastBitsPerCharacter;

    /// <summary>Shannon entropy of the characters: how evenly they are mixed.</summary>
    public static double BitsPerCharacter(string text)
    {
        double length = text.EnumerateRunes().Count();
        return text.EnumerateRunes()
            .CountBy(rune => rune)
            .Sum(pair => -(pair.Value / length) * Math.Log2(pair.Value / length));
    }
}
