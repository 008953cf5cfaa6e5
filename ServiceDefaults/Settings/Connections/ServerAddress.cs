using System.Globalization;

namespace ServiceDefaults.Settings.Connections;

/// <summary>A host with an optional port; IPv6 hosts stand in brackets: <c>[::1]:5432</c>.</summary>
internal sealed record ServerAddress(string Host, int? Port)
{
    private const string Advice = "has a host that cannot be read; special characters in user and password must be percent-encoded (/ as %2F, @ as %40, ? as %3F)";

    /// <exception cref="ConnectionFormatException">Not a host, or not a port.</exception>
    public static ServerAddress Parse(string text)
    {
        var end = text.StartsWith('[') ? text.IndexOf(']', StringComparison.Ordinal) + 1 : text.IndexOf(':', StringComparison.Ordinal);
        if (end == 0 || text.Contains('@', StringComparison.Ordinal))
        {
            throw new ConnectionFormatException(Advice);
        }

        var (host, rest) = end < 0 ? (text, "") : (text[..end], text[end..]);
        if (rest.Length > 0 && rest[0] != ':')
        {
            throw new ConnectionFormatException(Advice);
        }

        return new ServerAddress(Uri.UnescapeDataString(host.Trim('[', ']')), rest.Length > 1 ? ReadPort(rest[1..]) : null);
    }

    public override string ToString()
    {
        var host = Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host;
        return Port is { } port ? $"{host}:{port}" : host;
    }

    private static int ReadPort(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and < 65536
            ? port
            : throw new ConnectionFormatException("has a port that is not a number from 1 to 65535; special characters in user and password must be percent-encoded");
}
