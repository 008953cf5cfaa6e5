using System.Net;
using McpGateway.Tests.Fixtures;
using Testing;

namespace McpGateway.Tests.RequestGuards;

public sealed class HostGuardTests(PostgresServer postgres, RedisServer redis)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("localhost:8000", null, true)]
    [InlineData("127.0.0.1", null, true)]
    [InlineData("[::1]:8000", null, true)]
    [InlineData("gw.example.org", null, true)]
    [InlineData("evil.example.com", null, false)]
    [InlineData("localhost.evil.example.com", null, false)]
    [InlineData("localhost", "http://localhost:6274", true)]
    [InlineData("localhost", "https://app.example.com", true)]
    [InlineData("localhost", "https://gw.example.org", true)]
    [InlineData("localhost", "https://evil.example.com", false)]
    [InlineData("localhost", "https://app.example.com.evil.example.com", false)]
    [InlineData("localhost", "null", false)]
    [InlineData("localhost", "file:///x", false)]
    public async Task Only_our_names_and_origins_are_answered(string host, string? origin, bool isAccepted)
    {
        await using var gateway = await GatewayHost.StartAsync(
            postgres, redis, new() { ["MCP_ALLOWED_HOSTS"] = "gw.example.org", ["MCP_CORS_ORIGINS"] = "https://app.example.com" });
        using var caller = await gateway.CallerAsync();
        caller.DefaultRequestHeaders.Host = host;
        if (origin is not null)
        {
            caller.DefaultRequestHeaders.Add("Origin", origin);
        }

        using var answer = await caller.CallToolAsync("media_list");

        Assert.Equal(isAccepted ? HttpStatusCode.OK : HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Equal(isAccepted ? 1 : 0, gateway.Worker.Calls.Count);
    }

    [Fact]
    public async Task Every_answer_carries_the_security_headers()
    {
        await using var gateway = await GatewayHost.StartAsync(postgres, redis);
        using var client = gateway.CreateClient();

        using var answer = await client.GetAsync("/nowhere", Token);

        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("SAMEORIGIN", Assert.Single(answer.Headers.GetValues("X-Frame-Options")));
    }
}
