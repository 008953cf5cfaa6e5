using Microsoft.Extensions.Options;
using ServiceDefaults.InternalCalls;
using ServiceDefaults.Settings.Catalog;
using Testing;

namespace ServiceDefaults.Tests.InternalCalls;

public sealed class InternalTokensTests
{
    private static readonly InternalCall Call = new(
        new InternalCaller("u1", "ann", "AAAAAAAA", ["reader"], ["tool:media/*:call"]), "tools/call", "media_get", "req-1");

    private readonly ManualTimeProvider _clock = new();

    [Fact]
    [Trait("Requirement", "S-006")]
    public void A_token_tells_the_call_it_was_signed_for()
    {
        var check = With("0123456789abcdef0123456789abcdef").Verify(With("0123456789abcdef0123456789abcdef").Sign(Call));

        Assert.Null(check.Refusal);
        Assert.Equal(("u1", "tools/call", "media_get", "req-1"), (check.Call!.Caller.Subject, check.Call.Method, check.Call.Target, check.Call.RequestId));
        Assert.Equal(Call.Caller.Permissions, check.Call.Caller.Permissions);
    }

    [Fact]
    [Trait("Requirement", "S-006")]
    public void Any_changed_character_voids_it()
    {
        var tokens = With("0123456789abcdef0123456789abcdef");
        var token = tokens.Sign(Call);
        for (var i = 0; i < token.Length; i++)
        {
            var changed = token.ToCharArray();
            changed[i] = changed[i] == 'A' ? 'B' : 'A';
            var check = tokens.Verify(new string(changed));

            // The last character of base64 may hold bits that mean nothing; the decoder refuses it or reads the same bytes.
            Assert.True(check.Refusal is not null || i == token.Length - 1);
        }
    }

    [Fact]
    public void Another_secret_is_a_bad_signature()
    {
        var token = With("fedcba9876543210fedcba9876543210").Sign(Call);

        Assert.Equal(InternalTokenRefusal.BadSignature, With("0123456789abcdef0123456789abcdef").Verify(token).Refusal);
    }

    [Fact]
    public void It_is_soon_worthless()
    {
        var tokens = With("0123456789abcdef0123456789abcdef");
        var token = tokens.Sign(Call);

        _clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Null(tokens.Verify(token).Refusal);
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(InternalTokenRefusal.Expired, tokens.Verify(token).Refusal);
    }

    [Theory]
    [InlineData(null, InternalTokenRefusal.Missing)]
    [InlineData("", InternalTokenRefusal.Missing)]
    [InlineData("abc", InternalTokenRefusal.Malformed)]
    [InlineData("!.!", InternalTokenRefusal.Malformed)]
    [InlineData("e30.e30", InternalTokenRefusal.BadSignature)]
    public void What_is_no_token_is_refused(string? token, InternalTokenRefusal refusal)
    {
        Assert.Equal(refusal, With("0123456789abcdef0123456789abcdef").Verify(token).Refusal);
    }

    private InternalTokens With(string secret) => new(Options.Create(new AuthenticationOptions { InternalSecret = secret }), _clock);
}
