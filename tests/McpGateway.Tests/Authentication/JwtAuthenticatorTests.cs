using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using McpGateway.Authentication;
using Microsoft.Extensions.Options;
using ServiceDefaults.Settings.Catalog;
using Testing;

namespace McpGateway.Tests.Authentication;

public sealed class JwtAuthenticatorTests
{
    private const string Secret = "a secret of at least thirty-two bytes";
    private const string Header = """{"alg":"HS256","typ":"JWT"}""";

    private readonly ManualTimeProvider _clock = new();
    private readonly JwtAuthenticator _tokens;

    public JwtAuthenticatorTests() =>
        _tokens = new JwtAuthenticator(Options.Create(new AuthenticationOptions { JwtSecret = Secret }), _clock);

    private long Now => _clock.GetUtcNow().ToUnixTimeSeconds();

    [Fact]
    [Trait("Requirement", "S-040")]
    public void A_good_token_names_its_caller()
    {
        var outcome = _tokens.Authenticate(Sign(Header,
            $$"""{"sub":"u1","username":"ann","roles":["reader"],"permissions":["tool:media/*:call"],"exp":{{Now + 60}},"nbf":{{Now}},"iat":{{Now}}}"""));

        Assert.Equal(AuthenticationFailure.None, outcome.Failure);
        Assert.Equal(("u1", "ann"), (outcome.Caller!.Identity.Subject, outcome.Caller.Identity.Name));
        Assert.Equal(["tool:media/*:call"], outcome.Caller.Identity.Permissions);
    }

    [Theory]
    [InlineData("""{"alg":"none"}""")]
    [InlineData("""{"alg":"HS512"}""")]
    [InlineData("""{"alg":"hs256"}""")]
    [InlineData("""{"alg":"HS256","crit":["exp"]}""")]
    [InlineData("""{"alg":"HS256","alg":"HS256"}""")]
    [InlineData("""{"alg":["HS256"]}""")]
    [InlineData("""[]""")]
    [InlineData("""{""")]
    [Trait("Requirement", "S-040")]
    public void No_other_algorithm_counts(string header)
    {
        Assert.Equal(AuthenticationFailure.BadSignature, _tokens.Authenticate(Sign(header, Claims(60))).Failure);
    }

    [Fact]
    public void Another_key_or_a_changed_byte_is_a_bad_signature()
    {
        var token = Sign(Header, Claims(60));

        Assert.Equal(AuthenticationFailure.BadSignature, _tokens.Authenticate(Sign(Header, Claims(60), "another secret of at least 32 bytes")).Failure);
        Assert.Equal(AuthenticationFailure.BadSignature, _tokens.Authenticate(token.Replace(".e", ".f", StringComparison.Ordinal)).Failure);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"sub":"u1"}""")]
    [InlineData("""{"sub":"u1","exp":"tomorrow"}""")]
    [InlineData("""{"sub":"u1","exp":1e300}""")]
    [InlineData("""{"sub":1,"exp":9000000000}""")]
    [InlineData("""{"sub":"","exp":9000000000}""")]
    [InlineData("""{"sub":"u1","sub":"admin","exp":9000000000}""")]
    [InlineData("""{"sub":"u1","exp":9000000000,"permissions":"*"}""")]
    [InlineData("""{"sub":"u1","exp":9000000000,"permissions":[1]}""")]
    [InlineData("""{"sub":"u1","exp":9000000000,"nbf":"x"}""")]
    [InlineData("[]")]
    [InlineData("not json")]
    public void Missing_wrong_or_doubled_claims_are_refused(string payload)
    {
        Assert.Equal(AuthenticationFailure.BadClaims, _tokens.Authenticate(Sign(Header, payload)).Failure);
    }

    [Theory]
    [InlineData(-29, AuthenticationFailure.None)]
    [InlineData(-31, AuthenticationFailure.Expired)]
    public void Expiry_allows_thirty_seconds_of_skew(int offset, object expected)
    {
        Assert.Equal((AuthenticationFailure)expected, _tokens.Authenticate(Sign(Header, Claims(offset))).Failure);
    }

    [Theory]
    [InlineData("nbf")]
    [InlineData("iat")]
    public void A_token_from_the_future_is_told_apart_from_others(string claim)
    {
        var token = Sign(Header, $$"""{"sub":"u1","exp":{{Now + 600}},"{{claim}}":{{Now + 300}}}""");

        Assert.Equal(AuthenticationFailure.TokenNotYetValid, _tokens.Authenticate(token).Failure);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a.b")]
    [InlineData("a.b.c.d")]
    [InlineData("!.!.!")]
    [InlineData("e30=.e30=.e30=")]
    public void What_is_no_token_is_malformed(string text)
    {
        Assert.Equal(AuthenticationFailure.Malformed, _tokens.Authenticate(text).Failure);
    }

    [Fact]
    public void A_token_over_eight_kilobytes_is_not_even_read()
    {
        var token = Sign(Header, $$"""{"sub":"u1","exp":{{Now + 60}},"pad":"{{new string('x', 8200)}}"}""");

        Assert.Equal(AuthenticationFailure.Malformed, _tokens.Authenticate(token).Failure);
    }

    internal static string Sign(string header, string payload, string secret = Secret)
    {
        var signed = $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header))}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(payload))}";
        return $"{signed}.{Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.ASCII.GetBytes(signed)))}";
    }

    private string Claims(int expiresIn) => $$"""{"sub":"u1","exp":{{Now + expiresIn}}}""";
}
