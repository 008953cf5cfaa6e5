using System.Buffers;
using System.Text;

namespace ServiceDefaults.Logging.Redaction;

/// <summary>
/// Takes secrets out of free text: credentials after their scheme, keys and tokens known by their form, passwords in URLs,
/// values behind names that mean a secret. Text without any of the signs is given back as it is, after one vectorized look.
/// </summary>
public static class SecretText
{
    /// <summary>What a secret begins with, or is called.</summary>
    private static readonly SearchValues<string> Signs = SearchValues.Create(
        [
            "bearer ", "bearer%20", "basic ", "mcpk_", "eyJ", "://", "private key-----",
            "password", "passwd", "passphrase", "passcode", "pwd", "secret", "token", "api_key", "api-key", "apikey", "api key",
            "private_key", "private-key", "privatekey", "access_key", "accesskey", "access-key", "signing_key", "encryption_key",
            "account_key", "accountkey", "shared_key", "sharedkey", "master_key", "session_key", "session-id", "mcp-internal",
            "connection_string", "connectionstring", "connection-string", "authorization", "cookie", "credential", "salt",
            "pepper", "jwt", "otp", "signature", "sig=",
        ],
        StringComparison.OrdinalIgnoreCase);

    public static string Redact(string text)
    {
        var at = text.AsSpan().IndexOfAny(Signs);
        return at < 0 ? text : Rewrite(text, at);
    }

    private static string Rewrite(string text, int at)
    {
        StringBuilder? output = null;
        var copied = 0;
        while (at >= 0)
        {
            var found = SecretFinder.At(text, at);
            if (found.End > found.Start)
            {
                output ??= new StringBuilder(text.Length);
                output.Append(text, copied, found.Start - copied).Append(SecretNames.Mask);
                copied = found.End;
            }

            var rest = text.AsSpan(found.Next).IndexOfAny(Signs);
            at = rest < 0 ? -1 : found.Next + rest;
        }

        return output is null ? text : output.Append(text, copied, text.Length - copied).ToString();
    }
}
