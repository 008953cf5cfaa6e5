using System.Data.Common;
using Npgsql;
using ServiceDefaults.Settings.Catalog;

namespace ServiceDefaults.Settings.Connections;

/// <summary>From what operators write to what Npgsql reads, with the pool of S-324 and S-325.</summary>
internal static class DatabaseConnectionString
{
    private const int LeastPoolSize = 2;

    /// <summary>MCP_DATABASE_URL with the host and the password that replace its own.</summary>
    /// <exception cref="ConnectionFormatException">It is not a PostgreSQL address.</exception>
    public static NpgsqlConnectionStringBuilder FromSettings(DatabaseOptions options)
    {
        var connection = options.Url.Length > 0 ? Parse(options.Url) : new NpgsqlConnectionStringBuilder("Host=localhost;Database=mcpdb;Username=mcp_app");

        if (options.Host.Length > 0)
        {
            connection.Host = options.Host;
        }

        if (options.Password.Length > 0)
        {
            connection.Password = options.Password;
        }

        return connection;
    }

    /// <summary>A URL or an Npgsql string.</summary>
    /// <exception cref="ConnectionFormatException">It is neither.</exception>
    public static NpgsqlConnectionStringBuilder Parse(string text)
    {
        var scheme = ServerUrl.SchemeOf(text);
        if (scheme is not null)
        {
            return PostgresUrl.IsScheme(scheme) ? PostgresUrl.Read(text) : throw new ConnectionFormatException(Refusal(scheme));
        }

        try
        {
            var connection = new NpgsqlConnectionStringBuilder(text);
            return !string.IsNullOrEmpty(connection.Host) ? connection : throw new ConnectionFormatException("names no host");
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or InvalidCastException or OverflowException or KeyNotFoundException)
        {
            // The parser's message may quote what it stumbled over, and that may be a piece of the password.
            throw new ConnectionFormatException("is neither a postgresql:// URL nor an Npgsql connection string");
        }
    }

    /// <summary>Adds the pool and the name of the service where the string does not speak of them itself.</summary>
    public static void AddDefaults(NpgsqlConnectionStringBuilder connection, DatabaseOptions options, string serviceName)
    {
        var given = new DbConnectionStringBuilder { ConnectionString = connection.ConnectionString };
        var largest = options.PoolSize + options.MaxOverflow;

        Default("Maximum Pool Size", largest);
        Default("Minimum Pool Size", Math.Min(LeastPoolSize, connection.MaxPoolSize));
        Default("Connection Lifetime", 3600);
        Default("Connection Idle Lifetime", 30);
        Default("Connection Pruning Interval", 1);
        Default("Timeout", 30);
        Default("Application Name", $"mcp-{serviceName}");

        void Default(string keyword, object value)
        {
            if (!given.ContainsKey(keyword))
            {
                connection[keyword] = value;
            }
        }
    }

    /// <summary>The string with every secret in it hidden.</summary>
    public static string Mask(NpgsqlConnectionStringBuilder connection)
    {
        var masked = new NpgsqlConnectionStringBuilder(connection.ConnectionString);
        foreach (var keyword in new[] { "Password", "SSL Password", "Passfile" })
        {
            if (masked[keyword] is string { Length: > 0 })
            {
                masked[keyword] = "***";
            }
        }

        return masked.ConnectionString;
    }

    private static string Refusal(string scheme) => scheme.Split('+')[0] switch
    {
        "sqlite" => "is an SQLite address; this product keeps its data in PostgreSQL only",
        "mysql" or "mariadb" or "mssql" or "sqlserver" or "oracle" or "mongodb" => "is an address of another database; this product keeps its data in PostgreSQL only",
        _ => "has a scheme other than postgresql:// and postgres://",
    };
}
