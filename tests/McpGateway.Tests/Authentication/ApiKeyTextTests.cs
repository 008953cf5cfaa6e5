using McpGateway.Authentication;

namespace McpGateway.Tests.Authentication;

public sealed class ApiKeyTextTests
{
    [Fact]
    public void A_generated_key_has_the_documented_form_and_carries_its_id()
    {
        var key = ApiKeyText.Generate();

        Assert.Matches("^mcpk_live_[0-9A-Za-z]{40}_[0-9A-Za-z]{6}$", key);
        Assert.Equal(key.Substring(10, 8), ApiKeyText.TryGetId(key));
    }

    [Fact]
    public void A_wrong_character_anywhere_is_noticed_without_asking_anybody()
    {
        var key = ApiKeyText.Generate();
        for (var i = 0; i < key.Length; i++)
        {
            var mistyped = key.ToCharArray();
            mistyped[i] = mistyped[i] == 'x' ? 'y' : 'x';
            Assert.Null(ApiKeyText.TryGetId(new string(mistyped)));
        }
    }

    [Fact]
    public void The_checksum_is_the_common_crc32()
    {
        // zlib.crc32(b"mcpk_live_" + b"0" * 40) = 2592567023, in base62 with digits, capitals, small letters.
        Assert.Equal("00000000", ApiKeyText.TryGetId("mcpk_live_" + new string('0', 40) + "_" + Base62(Crc)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("mcpk_live_")]
    [InlineData("Bearer")]
    [InlineData("mcpk_live_ÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄ_000000")]
    public void What_is_no_key_is_refused(string text) => Assert.Null(ApiKeyText.TryGetId(text));

    private const uint Crc = 2592567023;

    private static string Base62(uint value)
    {
        const string digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        var text = "";
        for (var i = 0; i < 6; i++, value /= 62)
        {
            text = digits[(int)(value % 62)] + text;
        }

        return text;
    }
}
