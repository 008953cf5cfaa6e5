using System.Net;
using System.Net.Http.Headers;
using McpGateway.Authentication;
using McpGateway.Tests.Fixtures;
using Testing;

namespace McpGateway.Tests.Authentication;

public sealed class AuthenticationTests(PostgresServer postgres, RedisServer redis)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("jwt", false, true)]
    [InlineData("api_key", true, false)]
    [InlineData("both", true, true)]
    [Trait("Requirement", "S-040")]
    public async Task Only_the_kinds_of_the_mode_are_accepted(string mode, bool takesKeys, bool takesTokens)
    {
        await using var gateway = await GatewayHost.StartAsync(postgres, redis, new() { ["MCP_AUTH_MODE"] = mode });
        var key = await gateway.CreateKeyAsync();
        var expires = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() + 60;
        var token = JwtAuthenticatorTests.Sign(
            """{"alg":"HS256"}""", $$"""{"sub":"u1","permissions":["*"],"exp":{{expires}}}""", gateway.JwtSecret);

        Assert.Equal(takesKeys, await IsAcceptedAsync(gateway, "Authorization", $"Bearer {key}"));
        Assert.Equal(takesKeys, await IsAcceptedAsync(gateway, "X-API-Key", key));
        Assert.Equal(takesTokens, await IsAcceptedAsync(gateway, "Authorization", $"Bearer {token}"));
    }

    [Fact]
    public async Task Nobody_gets_past_without_a_credential_and_the_answer_has_the_id()
    {
        await using var gateway = await GatewayHost.StartAsync(postgres, redis);
        using var stranger = gateway.CreateClient();

        using var answer = await stranger.CallToolAsync("media_list", "77");

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("Bearer", Assert.Single(answer.Headers.WwwAuthenticate).Scheme);
        Assert.Equal(77, (await answer.JsonAsync()).GetProperty("id").GetInt32());
        Assert.Empty(gateway.Worker.Calls);
    }

    [Fact]
    public async Task Every_wrong_credential_gets_the_same_answer_and_only_the_log_knows_why()
    {
        await using var gateway = await GatewayHost.StartAsync(postgres, redis);
        var revoked = await gateway.CreateKeyAsync();
        await gateway.ExecuteAsync($"UPDATE gateway.api_keys SET revoked_at = now() WHERE id = '{ApiKeyText.TryGetId(revoked)}'");
        var expired = await gateway.CreateKeyAsync(expires: "now() - interval '1 second'");
        var bodies = new HashSet<string>(StringComparer.Ordinal);

        foreach (var key in new[] { ApiKeyText.Generate(), revoked, expired, "mcpk_live_typo", revoked[..18] + new string('a', 39) })
        {
            using var client = gateway.CreateClient();
            client.DefaultRequestHeaders.Add("X-API-Key", key);
            using var answer = await client.CallToolAsync("media_list");
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
            bodies.Add(await answer.Content.ReadAsStringAsync(Token));
        }

        Assert.Single(bodies);
        var reasons = gateway.Log.Entries.Where(entry => entry.Event.Name == "auth_failure").Select(entry => entry.Fields["Reason"]).ToList();
        Assert.Equal(["unknown_key", "revoked", "expired", "malformed", "malformed"], reasons);
        Assert.DoesNotContain(gateway.Log.Entries, entry => entry.Message.Contains(revoked, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Two_credentials_of_different_callers_are_refused()
    {
        await using var gateway = await GatewayHost.StartAsync(postgres, redis);
        using var client = gateway.CreateClient();
        client.DefaultRequestHeaders.Add("X-API-Key", await gateway.CreateKeyAsync(user: "one"));
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await gateway.CreateKeyAsync(user: "two"));

        using var answer = await client.CallToolAsync("media_list");

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task The_store_holds_no_key_and_another_salt_voids_them_all()
    {
        await using var gateway = await GatewayHost.StartAsync(postgres, redis);
        var key = await gateway.CreateKeyAsync();

        var row = (string)(await gateway.ExecuteAsync($"SELECT k::text FROM gateway.api_keys k WHERE id = '{ApiKeyText.TryGetId(key)}'"))!;
        await gateway.ExecuteAsync("UPDATE gateway.api_keys SET hash = sha256('other salt')");

        Assert.DoesNotContain(key[18..50], row);
        Assert.False(await IsAcceptedAsync(gateway, "X-API-Key", key));
    }

    private static async Task<bool> IsAcceptedAsync(GatewayHost gateway, string header, string value)
    {
        using var client = gateway.CreateClient();
        client.DefaultRequestHeaders.Add(header, value);
        using var answer = await client.CallToolAsync("media_list");
        Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.Unauthorized);
        return answer.StatusCode == HttpStatusCode.OK;
    }
}
