using ServiceDefaults.Logging.Redaction;

namespace ServiceDefaults.Tests.Logging.Redaction;

public sealed class SecretNamesTests
{
    [Theory]
    [Trait("Requirement", "S-214")]
    [InlineData("authorization")]
    [InlineData("Proxy-Authorization")]
    [InlineData("X-API-Key")]
    [InlineData("x_api_key")]
    [InlineData("Cookie")]
    [InlineData("Set-Cookie")]
    [InlineData("password")]
    [InlineData("passwd")]
    [InlineData("pwd")]
    [InlineData("secret")]
    [InlineData("token")]
    [InlineData("api_key")]
    [InlineData("apikey")]
    [InlineData("ApiKey")]
    [InlineData("client_secret")]
    [InlineData("clientSecret")]
    [InlineData("private_key")]
    [InlineData("access_token")]
    [InlineData("accesstoken")]
    [InlineData("refresh_token")]
    [InlineData("id_token")]
    [InlineData("salt")]
    [InlineData("MCP_API_KEY_SALT")]
    [InlineData("passphrase")]
    [InlineData("connection_string")]
    [InlineData("ConnectionString")]
    [InlineData("ConnectionStrings:password")]
    [InlineData("aws_secret_access_key")]
    [InlineData("X-Amz-Signature")]
    [InlineData("X-Mcp-Internal")]
    [InlineData("Mcp-Session-Id")]
    [InlineData("newPasswordConfirmation")]
    [InlineData("db.password")]
    [InlineData("password_hash")]
    [InlineData("secret_id")]
    [InlineData("credentials")]
    public void A_name_that_means_a_secret_is_known(string name) => Assert.True(SecretNames.IsSecret(name));

    [Theory]
    [Trait("Requirement", "S-214")]
    [InlineData("")]
    [InlineData("token_count")]
    [InlineData("max_tokens")]
    [InlineData("tokens_per_second")]
    [InlineData("params_size")]
    [InlineData("token_type")]
    [InlineData("key")]
    [InlineData("key_id")]
    [InlineData("api_key_id")]
    [InlineData("secret_name")]
    [InlineData("password_file")]
    [InlineData("password_changed")]
    [InlineData("tokenizer")]
    [InlineData("request_id")]
    [InlineData("trace_id")]
    [InlineData("user")]
    [InlineData("basalt")]
    [InlineData("session_count")]
    [InlineData("keyboard")]
    [InlineData("monkey")]
    public void A_name_that_only_sounds_like_one_is_left_alone(string name) => Assert.False(SecretNames.IsSecret(name));

    [Fact]
    public void Endless_and_endlessly_many_names_are_decided_too()
    {
        Assert.True(SecretNames.IsSecret(new string('x', 100_000) + "_password"));
        Assert.All(Enumerable.Range(0, 10_000), number => Assert.False(SecretNames.IsSecret($"field_{number}")));
    }
}
