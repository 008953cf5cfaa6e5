namespace ServiceDefaults.Settings.Connections;

/// <summary>
/// The parts of <c>scheme://user:password@host:port,host:port/path?query</c>. <see cref="Uri"/> knows neither several hosts nor a
/// user without a host, both usual for databases.
/// </summary>
internal sealed record ServerUrl(
    string Scheme,
    string? User,
    string? Password,
    IReadOnlyList<ServerAddress> Addresses,
    string Path,
    IReadOnlyList<KeyValuePair<string, string>> Query)
{
    private const string SchemeEnd = "://";

    /// <summary>Null: the text is no URL.</summary>
    public static string? SchemeOf(string text) =>
        text.IndexOf(SchemeEnd, StringComparison.Ordinal) is > 0 and var end && text.AsSpan(0, end).IndexOfAny('=', ';', ',') < 0
            ? text[..end].ToLowerInvariant()
            : null;

    /// <exception cref="ConnectionFormatException">A part is not what its place asks for.</exception>
    public static ServerUrl Parse(string text)
    {
        var scheme = SchemeOf(text) ?? throw new ConnectionFormatException("is not a URL");
        var rest = text[(scheme.Length + SchemeEnd.Length)..];

        var (beforeQuery, query) = Split(rest, rest.IndexOf('?', StringComparison.Ordinal));
        var (authority, path) = Split(beforeQuery, beforeQuery.IndexOf('/', StringComparison.Ordinal));
        var at = authority.LastIndexOf('@');
        var (user, password) = at < 0 ? (null, null) : ReadUser(authority[..at]);

        return new ServerUrl(scheme, user, password, ReadAddresses(authority[(at + 1)..]), Decode(path), ReadQuery(query));
    }

    private static (string Before, string After) Split(string text, int at) => at < 0 ? (text, "") : (text[..at], text[(at + 1)..]);

    private static (string? User, string? Password) ReadUser(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? (Decode(text), null) : (Decode(text[..colon]), Decode(text[(colon + 1)..]));
    }

    private static ServerAddress[] ReadAddresses(string text) =>
        text.Length == 0 ? [] : [.. text.Split(',').Select(ServerAddress.Parse)];

    private static KeyValuePair<string, string>[] ReadQuery(string query) =>
        [.. query.Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => Split(pair, pair.IndexOf('=', StringComparison.Ordinal)))
            .Select(pair => KeyValuePair.Create(Decode(pair.Before).ToLowerInvariant(), Decode(pair.After)))];

    private static string Decode(string text) => Uri.UnescapeDataString(text);
}
