using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ServiceDefaults.Settings.Servers;

/// <summary>Values of servers' keys, from text.</summary>
internal static partial class ServerValues
{
    private static readonly string[] TransportHeaders =
        ["accept", "connection", "content-length", "content-type", "cookie", "host", "last-event-id", "mcp-method", "mcp-name", "mcp-protocol-version", "mcp-session-id", "transfer-encoding"];

    /// <summary>The value in its type; null when it is out of bounds.</summary>
    public static object? Read(ServerKey key, string text) => key.Value switch
    {
        ServerValue.Number => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= key.Least && number <= key.Most ? number : null,
        ServerValue.Flag => text switch { "true" => true, "false" => false, _ => null },
        ServerValue.Choice => key.Choices.Contains(text, StringComparer.Ordinal) ? text : null,
        ServerValue.Url => Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.UserInfo.Length == 0 && url.Fragment.Length == 0 ? text : null,
        ServerValue.HeaderName => HeaderName().IsMatch(text) && !TransportHeaders.Contains(text.ToLowerInvariant(), StringComparer.Ordinal) ? text : null,
        ServerValue.Folder => Path.IsPathFullyQualified(text) ? text : null,
        ServerValue.Folders => ListOf(text) is { } folders && Array.TrueForAll(folders, Path.IsPathFullyQualified) ? folders : null,
        ServerValue.List => ListOf(text),
        ServerValue.Secret => SecretReferences.Has(text) && !text.Any(char.IsControl) ? text : null,
        _ => text.Any(char.IsControl) ? null : text,
    };

    private static string[]? ListOf(string text)
    {
        try
        {
            var list = text.Length == 0 ? [] : text.StartsWith('[') ? JsonSerializer.Deserialize<string[]>(text) : null;
            return list is not null && Array.TrueForAll(list, item => item is not null && !item.Contains('\0', StringComparison.Ordinal)) ? list : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"\A[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex HeaderName();
}
