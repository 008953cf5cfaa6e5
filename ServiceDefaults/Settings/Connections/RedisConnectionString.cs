using System.Globalization;
using StackExchange.Redis;

namespace ServiceDefaults.Settings.Connections;

/// <summary>From redis:// URLs to what StackExchange.Redis reads (S-055).</summary>
internal static class RedisConnectionString
{
    private const int DefaultPort = 6379;

    /// <summary>The client's own string syntax has no way to quote these.</summary>
    private static readonly char[] Unquotable = [',', ' ', '\t', '\r', '\n'];

    /// <summary>Clients before 2.0 sign in with a password alone; later ones have a User.</summary>
    private static readonly bool KnowsUsers = typeof(ConfigurationOptions).GetProperty("User") is not null;

    /// <summary>A URL or the client's own string, completed so that a service starts while Redis is away.</summary>
    /// <exception cref="ConnectionFormatException">It is neither.</exception>
    public static string Parse(string text, string serviceName)
    {
        var connection = ServerUrl.SchemeOf(text) is { } scheme ? ReadUrl(text, scheme) : ReadOwn(text);
        connection = WithDefault(connection, "abortConnect", "false");
        return WithDefault(connection, "name", $"mcp-{serviceName}");
    }

    /// <summary>The string without its password.</summary>
    public static string Mask(string connection) => string.Join(',', connection.Split(',').Select(part =>
        KeyOf(part) == "password" ? "password=***" : part));

    /// <summary>The password in it; empty when there is none.</summary>
    public static string PasswordOf(string connection) =>
        connection.Split(',').FirstOrDefault(part => KeyOf(part) == "password") is { } part ? part[(part.IndexOf('=', StringComparison.Ordinal) + 1)..] : "";

    private static string ReadUrl(string text, string scheme)
    {
        if (scheme is not ("redis" or "rediss"))
        {
            throw new ConnectionFormatException("has a scheme other than redis:// and rediss://");
        }

        var url = ServerUrl.Parse(text);
        if (url.Query.Count > 0)
        {
            throw new ConnectionFormatException("has query options, which are not supported; a ? in a password must be written %3F");
        }

        var parts = url.Addresses.DefaultIfEmpty(new ServerAddress("localhost", null))
            .Select(address => Readable(address with { Port = address.Port ?? DefaultPort }))
            .ToList();
        parts.AddRange(ReadUser(url));
        parts.Add($"defaultDatabase={ReadDatabase(url.Path)}");
        if (scheme == "rediss")
        {
            parts.Add("ssl=true");
        }

        return string.Join(',', parts);
    }

    private static IEnumerable<string> ReadUser(ServerUrl url)
    {
        // "default" is the user a password alone signs in as.
        if (url.User is { Length: > 0 } user && user != "default")
        {
            yield return KnowsUsers ? $"user={Quotable(user)}" : throw NoUsers();
        }

        if (url.Password is { Length: > 0 } password)
        {
            yield return $"password={Quotable(password)}";
        }
    }

    /// <summary>Client 1.2.6 silently drops an address it cannot read, IPv6 ones among them.</summary>
    private static string Readable(ServerAddress address) => ConfigurationOptions.Parse(address.ToString()).EndPoints.Count == 1
        ? address.ToString()
        : throw new ConnectionFormatException("has an address the Redis client of this build cannot read; give an IPv6 server a host name");

    private static string Quotable(string text) => text.IndexOfAny(Unquotable) < 0
        ? text
        : throw new ConnectionFormatException("has a password or user with a comma or white space, which the Redis client cannot express");

    private static int ReadDatabase(string path) =>
        path.Length == 0 ? 0
        : int.TryParse(path, NumberStyles.None, CultureInfo.InvariantCulture, out var database) && database < 16384 ? database
        : throw new ConnectionFormatException("has a database that is not a number from 0 to 16383");

    private static string ReadOwn(string text)
    {
        if (!KnowsUsers && text.Split(',').Any(part => KeyOf(part) == "user"))
        {
            throw NoUsers();
        }

        try
        {
            var options = ConfigurationOptions.Parse(text);
            return options.EndPoints.Count > 0 ? text : throw new ConnectionFormatException("names no server");
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or OverflowException)
        {
            // As with PostgreSQL: the parser's message may quote a piece of the password.
            throw new ConnectionFormatException("is neither a redis:// URL nor a StackExchange.Redis string");
        }
    }

    private static ConnectionFormatException NoUsers() => new(
        "names an ACL user, which the Redis client of this build cannot sign in as; use the default user's password, or build with UseOfficialPackages=true");

    private static string WithDefault(string connection, string key, string value) =>
        connection.Split(',').Any(part => KeyOf(part).Equals(key, StringComparison.OrdinalIgnoreCase)) ? connection : $"{connection},{key}={value}";

    private static string KeyOf(string part) =>
        part.IndexOf('=', StringComparison.Ordinal) is > 0 and var end ? part[..end].Trim().ToLowerInvariant() : "";
}
