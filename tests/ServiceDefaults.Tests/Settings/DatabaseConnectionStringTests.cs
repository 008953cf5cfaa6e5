using Npgsql;
using ServiceDefaults.Settings.Connections;

namespace ServiceDefaults.Tests.Settings;

[Trait("Category", "Config")]
public sealed class DatabaseConnectionStringTests : IDisposable
{
    private readonly SettingsFixture _settings = new();

    public void Dispose() => _settings.Dispose();

    [Theory]
    [InlineData("postgresql://tldw:password@localhost/tldw_mcp", "localhost", 5432, "tldw", "password", "tldw_mcp")]
    [InlineData("postgres://tldw:password@db:6432/tldw_mcp", "db", 6432, "tldw", "password", "tldw_mcp")]
    [InlineData("postgresql+asyncpg://tldw:password@localhost/tldw_mcp", "localhost", 5432, "tldw", "password", "tldw_mcp")]
    [InlineData("POSTGRESQL://u:p@h/d", "h", 5432, "u", "p", "d")]
    [InlineData("postgresql://us%40er:p%40ss%2Fw%3Ard%25%20@h/d%62", "h", 5432, "us@er", "p@ss/w:rd% ", "db")]
    [InlineData("postgresql://u:a:b;c'd\"@h/d", "h", 5432, "u", "a:b;c'd\"", "d")]
    [InlineData("postgresql://u@[2001:db8::1]:5433/d", "2001:db8::1", 5433, "u", null, "d")]
    [InlineData("postgresql://u:p@one:5432,two:5433/d", "one:5432,two:5433", 5432, "u", "p", "d")]
    [InlineData("postgresql://u:p@one,[::1]:5433/d", "one,[::1]:5433", 5432, "u", "p", "d")]
    [InlineData("postgresql:///d?host=/var/run/postgresql&user=u", "/var/run/postgresql", 5432, "u", null, "d")]
    [InlineData("postgresql://%2Fvar%2Frun%2Fpostgresql/d", "/var/run/postgresql", 5432, null, null, "d")]
    [InlineData("Host=h;Port=5433;Username=u;Password=p;Database=d", "h", 5433, "u", "p", "d")]
    [InlineData("Server=h;User Id=u;Password=\"a;b\";Database=d", "h", 5432, "u", "a;b", "d")]
    [Trait("Requirement", "S-053")]
    public void Every_form_gives_its_parts(string text, string host, int port, string? user, string? password, string database)
    {
        var connection = DatabaseConnectionString.Parse(text);

        Assert.Equal((host, port, user, password, database), (connection.Host, connection.Port, connection.Username, connection.Password, connection.Database));
    }

    [Theory]
    [InlineData("sslmode=disable", SslMode.Disable)]
    [InlineData("sslmode=prefer", SslMode.Prefer)]
    [InlineData("sslmode=require", SslMode.Require)]
    [InlineData("sslmode=verify-ca", SslMode.VerifyCA)]
    [InlineData("sslmode=verify-full", SslMode.VerifyFull)]
    [InlineData("ssl=true", SslMode.Require)]
    [InlineData("ssl=require", SslMode.Require)]
    [Trait("Requirement", "S-053")]
    public void The_ssl_mode_is_converted(string query, SslMode expected) =>
        Assert.Equal(expected, DatabaseConnectionString.Parse($"postgresql://u@h/d?{query}").SslMode);

    [Fact]
    [Trait("Requirement", "S-053")]
    public void Other_query_options_are_converted()
    {
        var connection = DatabaseConnectionString.Parse(
            "postgresql://h/d?user=u&password=p%26q&connect_timeout=7&application_name=x%20y&sslrootcert=/ca.pem&target_session_attrs=read-write&options=-c%20statement_timeout%3D5s&keepalives=1");

        Assert.Equal(("u", "p&q", 7, "x y"), (connection.Username, connection.Password, connection.Timeout, connection.ApplicationName));
        Assert.Equal(("/ca.pem", "read-write", "-c statement_timeout=5s"), (connection.RootCertificate, connection.TargetSessionAttributes, connection.Options));
    }

    [Theory]
    [InlineData("sqlite:///data/mcp.db", "PostgreSQL only")]
    [InlineData("sqlite+aiosqlite:///x", "PostgreSQL only")]
    [InlineData("mysql://u:p@h/d", "PostgreSQL only")]
    [InlineData("https://example.com", "scheme other than")]
    [InlineData("postgresql://u:p@h:port/d", "port that is not a number")]
    [InlineData("postgresql://u:p@h:0/d", "port that is not a number")]
    [InlineData("postgresql://u:p@[::1/d", "host that cannot be read")]
    [InlineData("postgresql://u:p@h/d?sslmode=maybe", "'sslmode'")]
    [InlineData("postgresql://u:p@h/d?nosuch=1", "query option")]
    [InlineData("Host=h;NoSuchKey=1", "neither a postgresql:// URL nor")]
    [InlineData("Host=h;Port=abc", "neither a postgresql:// URL nor")]
    [InlineData("Database=d", "names no host")]
    [InlineData("nonsense", "neither a postgresql:// URL nor")]
    [Trait("Requirement", "S-053")]
    public void Anything_else_is_refused_with_a_reason(string text, string reason)
    {
        var error = Assert.Throws<ConnectionFormatException>(() => DatabaseConnectionString.Parse(text));

        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "S-054")]
    public void A_password_of_its_own_replaces_the_one_in_the_address()
    {
        _settings.Environment("MCP_DATABASE_URL", "postgresql://u:wrong@h/d").Environment("MCP_DATABASE_PASSWORD", "right;'\"");

        Assert.Equal("right;'\"", Effective().Password);
    }

    [Fact]
    [Trait("Requirement", "S-039")]
    public void A_host_of_its_own_replaces_the_one_in_the_address()
    {
        _settings.Environment("MCP_DATABASE_URL", "postgresql://u:p@h:6432/d").Yaml("config.yaml", "database: {host: db.example.com}");

        Assert.Equal(("db.example.com", 6432, "p"), (Effective().Host, Effective().Port, Effective().Password));
    }

    [Fact]
    [Trait("Requirement", "S-056")]
    public void An_injected_connection_string_wins_and_is_named_as_the_source()
    {
        _settings.Environment("MCP_DATABASE_URL", "postgresql://u:p@ours/d").Environment("ConnectionStrings__mcpdb", "Host=injected;Username=u;Password=p;Database=d")
            .Environment("MCP_DATABASE_HOST", "ours");

        var connection = _settings.Snapshot().Connections.Single(connection => connection.Name == "mcpdb");

        Assert.Equal("injected", Effective().Host);
        Assert.Equal("ConnectionStrings:mcpdb, environment variable ConnectionStrings__mcpdb", connection.Source);
        Assert.Contains("Password=***", connection.Display, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "S-056")]
    public void Without_one_our_own_address_is_used_and_named()
    {
        _settings.Environment("MCP_DATABASE_URL", "postgresql://u:p@ours/d");

        Assert.Equal("ours", Effective().Host);
        Assert.Equal("MCP_DATABASE_URL, environment variable MCP_DATABASE_URL", _settings.Snapshot().Connections[0].Source);
    }

    [Fact]
    [Trait("Requirement", "S-325")]
    public void The_pool_is_translated()
    {
        _settings.Environment("MCP_DATABASE_URL", "postgresql://u@h/d").Environment("MCP_DATABASE_POOL_SIZE", "50").Environment("MCP_DATABASE_MAX_OVERFLOW", "100");

        var connection = Effective();

        Assert.Equal((150, 2, 3600, 30, 1, 30), (
            connection.MaxPoolSize, connection.MinPoolSize, connection.ConnectionLifetime,
            connection.ConnectionIdleLifetime, connection.ConnectionPruningInterval, connection.Timeout));
        Assert.Equal("mcp-gateway", connection.ApplicationName);
    }

    [Fact]
    [Trait("Requirement", "S-325")]
    public void What_the_string_says_itself_stays()
    {
        _settings.Environment("ConnectionStrings__mcpdb", "Host=h;Pooling=true;Maximum Pool Size=1;Timeout=3;Application Name=mine");

        var connection = Effective();

        Assert.Equal((1, 1, 3, "mine"), (connection.MaxPoolSize, connection.MinPoolSize, connection.Timeout, connection.ApplicationName));
    }

    private NpgsqlConnectionStringBuilder Effective() =>
        new(_settings.Snapshot().Connections.Single(connection => connection.Name == "mcpdb").Value);
}
