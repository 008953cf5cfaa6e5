using Npgsql;

namespace ServiceDefaults.Settings.Connections;

/// <summary>Reads <c>postgresql://</c> URLs, as libpq, SQLAlchemy and the cloud consoles write them (S-053).</summary>
internal static class PostgresUrl
{
    private static readonly Dictionary<string, string> Keywords = new(StringComparer.Ordinal)
    {
        ["application_name"] = "Application Name",
        ["channel_binding"] = "Channel Binding",
        ["client_encoding"] = "Client Encoding",
        ["connect_timeout"] = "Timeout",
        ["command_timeout"] = "Command Timeout",
        ["dbname"] = "Database",
        ["host"] = "Host",
        ["options"] = "Options",
        ["passfile"] = "Passfile",
        ["password"] = "Password",
        ["port"] = "Port",
        ["search_path"] = "Search Path",
        ["sslcert"] = "SSL Certificate",
        ["sslkey"] = "SSL Key",
        ["sslmode"] = "SSL Mode",
        ["ssl"] = "SSL Mode",
        ["sslpassword"] = "SSL Password",
        ["sslrootcert"] = "Root Certificate",
        ["target_session_attrs"] = "Target Session Attributes",
        ["user"] = "Username",
    };

    /// <summary>libpq options without a counterpart in Npgsql, or whose counterpart is its only behaviour.</summary>
    private static readonly HashSet<string> Skipped = ["gssencmode", "keepalives", "keepalives_idle", "keepalives_interval", "keepalives_count", "sslsni", "fallback_application_name"];

    public static bool IsScheme(string scheme) => scheme.Split('+')[0] is "postgresql" or "postgres";

    /// <exception cref="ConnectionFormatException">Not a PostgreSQL URL.</exception>
    public static NpgsqlConnectionStringBuilder Read(string text)
    {
        var url = ServerUrl.Parse(text);
        var connection = new NpgsqlConnectionStringBuilder { Host = "localhost" };

        if (url.Addresses is [var only])
        {
            connection.Host = only.Host;
            connection.Port = only.Port ?? connection.Port;
        }
        else if (url.Addresses.Count > 1)
        {
            connection.Host = string.Join(',', url.Addresses);
        }

        connection.Username = url.User;
        connection.Password = url.Password;
        connection.Database = url.Path.Length > 0 ? url.Path : null;
        foreach (var (name, value) in url.Query)
        {
            Apply(connection, name, value);
        }

        return connection;
    }

    private static void Apply(NpgsqlConnectionStringBuilder connection, string name, string value)
    {
        if (Skipped.Contains(name))
        {
            return;
        }

        if (!Keywords.TryGetValue(name, out var keyword))
        {
            throw new ConnectionFormatException(
                $"has a query option that is not supported (supported: {string.Join(", ", Keywords.Keys.Order(StringComparer.Ordinal))}); a ? in a password must be written %3F");
        }

        try
        {
            connection[keyword] = keyword is "SSL Mode" or "Channel Binding" ? Enumerated(value) : value;
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or InvalidCastException or OverflowException)
        {
            throw new ConnectionFormatException($"has a value for '{name}' that Npgsql does not accept");
        }
    }

    /// <summary>libpq and asyncpg spell the names with dashes, or as booleans: <c>verify-full</c>, <c>ssl=true</c>.</summary>
    private static string Enumerated(string value) => value switch
    {
        "true" or "1" => "Require",
        "false" or "0" => "Disable",
        _ => value.Replace("-", "", StringComparison.Ordinal),
    };
}
