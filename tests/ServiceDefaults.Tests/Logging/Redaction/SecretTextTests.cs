using System.Diagnostics;
using System.Text.Json;
using ServiceDefaults.Logging;
using ServiceDefaults.Logging.Redaction;

namespace ServiceDefaults.Tests.Logging.Redaction;

public sealed class SecretTextTests
{
    private const string Jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.c2lnbmF0dXJl"; // not-a-secret

    [Theory]
    [Trait("Requirement", "S-214")]
    [InlineData("Authorization: Bearer abc.def-123", "Authorization: ***")]
    [InlineData("got 'Bearer abc.def-123' instead", "got 'Bearer ***' instead")]
    [InlineData("sent Basic dXNlcjpQYXNz now", "sent Basic *** now")]
    [InlineData("the key mcpk_live_0a1b2c_SecretSecret was", "the key *** was")] // not-a-secret
    [InlineData("token was " + Jwt + ".", "token was ***")]
    [InlineData("cut off: eyJhbGciOiJIUzI1NiJ9", "cut off: ***")]
    [InlineData("postgresql://app:Zq!word@db:5432/mcp?sslmode=require", "postgresql://app:***@db:5432/mcp?sslmode=require")] // not-a-secret
    [InlineData("redis://:Zq!word@cache:6379", "redis://:***@cache:6379")] // not-a-secret
    [InlineData("https://ghp_token@github.com/x", "https://***@github.com/x")] // not-a-secret
    [InlineData("postgres://u:pa/ss@db/x", "postgres://u:***@db/x")] // not-a-secret
    [InlineData("Host=db;Username=app;Password=Zq! w,ord;Pooling=true", "Host=db;Username=app;Password=***;Pooling=true")] // not-a-secret
    [InlineData("Host=db;Password=Zq!word", "Host=db;Password=***")] // not-a-secret
    [InlineData("localhost:6379,password=Zq!word,ssl=true", "localhost:6379,password=***")] // not-a-secret
    [InlineData("GET /x?a=1&access_token=Zqword&b=2", "GET /x?a=1&access_token=***&b=2")] // not-a-secret
    [InlineData("/cb?next=a%3Fapi_key%3DZqword", "/cb?next=a%3Fapi_key%3D***")] // not-a-secret
    [InlineData("""{"user":"ann","password":"Zq\"word","n":1}""", """{"user":"ann","password":"***","n":1}""")] // not-a-secret
    [InlineData("""{"text":"{\"token\":\"Zq\\\"word\",\"n\":1}"}""", """{"text":"{\"token\":\"***\",\"n\":1}"}""")] // not-a-secret
    [InlineData("""{"secret":{"a":"Zq","b":["c"]},"n":1}""", """{"secret":***""")] // not-a-secret
    [InlineData("""{"client_secret": 12345}""", """{"client_secret": ***""")] // not-a-secret
    [InlineData("Cookie: session=abc; theme=dark\nAccept: */*", "Cookie: ***\nAccept: */*")] // not-a-secret
    [InlineData("set-cookie: sid=abc; HttpOnly", "set-cookie: ***")] // not-a-secret
    [InlineData("X-API-Key: Zqword", "X-API-Key: ***")] // not-a-secret
    [InlineData("run --password Zqword --verbose", "run --password *** --verbose")] // not-a-secret
    [InlineData("ALTER ROLE app PASSWORD 'SCRAM-SHA-256$4096:x'", "ALTER ROLE app PASSWORD '***'")] // not-a-secret
    [InlineData("MCP_JWT_SECRET=Zqword", "MCP_JWT_SECRET=***")] // not-a-secret
    [InlineData("-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----", "-----BEGIN RSA PRIVATE KEY-----***-----END RSA PRIVATE KEY-----")] // not-a-secret
    [InlineData("ALTER ROLE app PASSWORD 'Zq''word' VALID", "ALTER ROLE app PASSWORD '***' VALID")] // not-a-secret
    [InlineData("password='' user='ann'", "password='' user='ann'")] // not-a-secret
    [InlineData("sent Bearer%20Zqword on", "sent Bearer%20*** on")] // not-a-secret
    [InlineData("password='it is \"long\"' next", "password='***' next")] // not-a-secret
    public void A_secret_is_masked_wherever_it_stands(string text, string expected) => Assert.Equal(expected, SecretText.Redact(text));

    [Theory]
    [Trait("Requirement", "S-214")]
    [InlineData("28P01: password authentication failed for user \"mcp_app\"")]
    [InlineData("token_count=17, max_tokens: 4")]
    [InlineData("Now listening on: http://[::]:8000")]
    [InlineData("see https://example.org/a@b and http://host:8000/x")]
    [InlineData("basic settings and bearer")]
    [InlineData("   at System.Threading.CancellationToken.Throw(CancellationToken token) in /src/PasswordTokens.cs:line 12")]
    [InlineData("WWW-Authenticate: Bearer realm=\"mcp\"")]
    [InlineData("Basic authentication is not offered")]
    [InlineData("heyJude and the monkeys")]
    public void Text_without_a_secret_is_the_same_text(string text) => Assert.Same(text, SecretText.Redact(text));

    [Fact]
    public void Masking_twice_changes_nothing_more()
    {
        const string Text = "password=abc token: def Bearer ghi postgres://u:p@h mcpk_live_1"; // not-a-secret

        var once = SecretText.Redact(Text);

        Assert.Equal(once, SecretText.Redact(once));
    }

    [Theory]
    [InlineData("://")]
    [InlineData("eyJ")]
    [InlineData("password")]
    [InlineData("password:{")]
    [InlineData("token=\"")]
    [InlineData("bearer ")]
    [InlineData("secret\\\"")]
    [InlineData("://a:b")]
    [InlineData("x'token'")]
    public void A_hostile_text_costs_no_more_than_its_length(string part)
    {
        var text = string.Concat(Enumerable.Repeat(part, 4_000_000 / part.Length));
        var started = Stopwatch.GetTimestamp();

        SecretText.Redact(text);

        // Linear work takes well below a second; quadratic work would take hours.
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(30));
    }

    [Fact]
    [Trait("Requirement", "S-214")]
    public void A_secret_that_crosses_the_cut_does_not_survive_in_part()
    {
        for (var start = CleanText.LongestValue - 60; start < CleanText.LongestValue + 10; start++)
        {
            var text = new string('x', start - 1) + " postgres://user:Planted-Secret-1@db" + new string('y', 10_000); // not-a-secret

            Assert.DoesNotContain("Planted", CleanText.Of(text, CleanText.LongestValue), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("?a=")]
    [InlineData("?a=%25")]
    [InlineData("%2525252525?token=%")]
    public void A_hostile_query_costs_no_more_than_a_few_times_its_length(string part)
    {
        var query = string.Concat(Enumerable.Repeat(part, 8_000 / part.Length));
        var started = Stopwatch.GetTimestamp();

        QueryText.Redact("/", "?q=" + query);

        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }

    [Theory]
    [Trait("Requirement", "S-218")]
    [InlineData("X-Auth-Key", "Zq", "***")]
    [InlineData("Ocp-Apim-Subscription-Key", "Zq", "***")]
    [InlineData("X-Functions-Key", "Zq", "***")]
    [InlineData("X-Auth", "Zq", "***")]
    [InlineData("X-Session", "Zq", "***")]
    [InlineData("X-Session-Id", "Zq", "***")]
    [InlineData("Sec-WebSocket-Protocol", "mcp, Zq", "mcp, ***")]
    [InlineData("Sec-WebSocket-Key", "dGhl", "dGhl")]
    [InlineData("Location", "https://a.example/cb?code=Zq&state=s", "https://a.example/cb?code=***&state=s")]
    [InlineData("Accept", "text/*", "text/*")]
    [InlineData("X-Monkey", "see no", "see no")]
    public void A_header_loses_what_is_a_credential_by_its_name_or_form(string name, string value, string expected) =>
        Assert.Equal(expected, HeaderText.Redact(name, value));

    [Fact]
    [Trait("Requirement", "S-214")]
    public void Arguments_keep_their_shape_without_their_secrets()
    {
        using var arguments = JsonDocument.Parse(
            """{"query":"a","password":"Zq1","deep":[{"apiKey":{"x":"Zq2"},"n":1.50,"text":"see Bearer Zq3"},{"name":"X-API-Key","value":"Zq4"}],"token_count":3}"""); // not-a-secret

        var text = SecretJson.Redact(arguments.RootElement.EnumerateObject().Select(member => KeyValuePair.Create(member.Name, member.Value)));

        Assert.Equal("""{"query":"a","password":"***","deep":[{"apiKey":"***","n":1.50,"text":"see Bearer ***"},{"name":"X-API-Key","value":"***"}],"token_count":3}""", text);
    }

    [Theory]
    [Trait("Requirement", "S-211")]
    [InlineData("/mcp", "?api_key=Zq&x=1", "/mcp?api_key=***&x=1")] // not-a-secret
    [InlineData("/cb", "?code=Zq&state=s", "/cb?code=***&state=s")]
    [InlineData("/cb", "?pass%77ord=Zq", "/cb?pass%77ord=***")] // not-a-secret
    [InlineData("/mcp/mcpk_live_Zq", "", "/mcp/***")] // not-a-secret
    [InlineData("/cb", "?next=%2Fcb%3Fcode%3DZq&a=1", "/cb?next=***&a=1")]
    [InlineData("/cb", "?q=Bearer%20Zq", "/cb?q=Bearer%20***")] // not-a-secret
    [InlineData("/cb", "?json=%7B%22password%22%3A%22Zq%22%7D&a=50%25", "/cb?json=***&a=50%25")] // not-a-secret
    [InlineData("/cb", "?sid=Zq&session=Zq&pin=Zq&code_verifier=Zq&api_keys=Zq", "/cb?sid=***&session=***&pin=***&code_verifier=***&api_keys=***")]
    [InlineData("/a", "?next=postgres://u:Zq@h&&flag", "/a?next=postgres://u:***@h&&flag")] // not-a-secret
    public void A_query_loses_its_secrets_and_keeps_the_rest(string path, string query, string expected) =>
        Assert.Equal(expected, QueryText.Redact(path, query));
}
