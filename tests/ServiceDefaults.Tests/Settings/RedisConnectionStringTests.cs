using ServiceDefaults.Settings.Connections;
using StackExchange.Redis;

namespace ServiceDefaults.Tests.Settings;

[Trait("Category", "Config")]
public sealed class RedisConnectionStringTests : IDisposable
{
    private readonly SettingsFixture _settings = new();

    public void Dispose() => _settings.Dispose();

    [Theory]
    [InlineData("redis://localhost:6379/0", "localhost:6379", 0, null, false)]
    [InlineData("redis://localhost:6379/1", "localhost:6379", 1, null, false)]
    [InlineData("redis://cache", "cache:6379", 0, null, false)]
    [InlineData("redis://", "localhost:6379", 0, null, false)]
    [InlineData("rediss://:p%40ss%3Dw%2Frd@cache:6380/15", "cache:6380", 15, "p@ss=w/rd", true)]
    [InlineData("redis://default:secretword@cache", "cache:6379", 0, "secretword", false)]
    [InlineData("cache:6390,password=p=q,defaultDatabase=3,ssl=true", "cache:6390", 3, "p=q", true)]
    [Trait("Requirement", "S-055")]
    public void Every_form_gives_what_the_client_reads(string text, string server, int database, string? password, bool tls)
    {
        var options = ConfigurationOptions.Parse(RedisConnectionString.Parse(text, "gateway"));

        Assert.Equal((server, database, password, tls), (Format(Assert.Single(options.EndPoints)), options.DefaultDatabase ?? 0, options.Password, options.Ssl));
        Assert.Equal((false, "mcp-gateway"), (options.AbortOnConnectFail, options.ClientName));
    }

    [Theory]
    [InlineData("http://localhost", "scheme other than")]
    [InlineData("redis://localhost/first", "database that is not a number")]
    [InlineData("redis://localhost/16384", "database that is not a number")]
    [InlineData("redis://localhost:abc", "port that is not a number")]
    [InlineData("redis://:a,b@localhost", "comma or white space")]
    [InlineData("redis://:a%20b@localhost", "comma or white space")]
    [InlineData("redis://localhost?protocol=3", "query options")]
    [InlineData("localhost,nosuchoption=1", "neither a redis:// URL nor")]
    [InlineData("localhost,connectTimeout=soon", "neither a redis:// URL nor")]
    [InlineData("password=x", "names no server")]
    [InlineData("redis://[::1]:port/2", "port that is not a number")]
    [Trait("Requirement", "S-055")]
    public void Anything_else_is_refused_with_a_reason(string text, string reason)
    {
        var error = Assert.Throws<ConnectionFormatException>(() => RedisConnectionString.Parse(text, "gateway"));

        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("redis://reader:secretword@localhost")]
    [InlineData("localhost,user=reader,password=secretword")]
    [Trait("Requirement", "S-055")]
    public void An_ACL_user_is_refused_where_the_client_knows_none(string text)
    {
        Assert.SkipWhen(typeof(ConfigurationOptions).GetProperty("User") is not null, "The official package's client knows ACL users.");

        var error = Assert.Throws<ConnectionFormatException>(() => RedisConnectionString.Parse(text, "gateway"));

        Assert.Contains("ACL user", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secretword", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "S-055")]
    public void An_IPv6_address_is_read_or_refused_and_never_dropped()
    {
        try
        {
            Assert.Single(ConfigurationOptions.Parse(RedisConnectionString.Parse("redis://[::1]:6390/2", "gateway")).EndPoints);
        }
        catch (ConnectionFormatException exception)
        {
            Assert.Contains("IPv6", exception.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void What_the_string_says_itself_stays() =>
        Assert.Equal("h:1,abortConnect=true,name=mine", RedisConnectionString.Parse("h:1,abortConnect=true,name=mine", "gateway"));

    [Fact]
    [Trait("Requirement", "S-056")]
    public void An_injected_connection_string_wins_and_is_named_as_the_source()
    {
        _settings.Environment("MCP_REDIS_URL", "redis://ours").Environment("ConnectionStrings__redis", "injected:6379,password=secretword");

        var connection = _settings.Snapshot().Connections.Single(connection => connection.Name == "redis");

        Assert.StartsWith("injected:6379", connection.Value, StringComparison.Ordinal);
        Assert.Equal("ConnectionStrings:redis, environment variable ConnectionStrings__redis", connection.Source);
        Assert.DoesNotContain("secretword", connection.Display, StringComparison.Ordinal);
    }

    private static string Format(System.Net.EndPoint endPoint) => endPoint is System.Net.DnsEndPoint dns ? $"{dns.Host}:{dns.Port}" : endPoint.ToString()!;
}
