using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using McpGateway.Tests.Authentication;
using McpGateway.Tests.Fixtures;
using Testing;

namespace McpGateway.Tests.Telemetry;

/// <summary>A gateway whose PostgreSQL takes connections and then says nothing, as one on a machine that hangs.</summary>
public sealed class FrozenDatabaseTests(PostgresServer postgres, RedisServer redis)
{
    /// <summary>Far below every time-out on the database, far above what a busy test machine needs.</summary>
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(3);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Requirement", "S-164")]
    [Trait("Requirement", "S-177")]
    [Trait("Requirement", "S-197")]
    public async Task Scrapes_probes_and_administration_do_not_wait_for_it()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var port = ((IPEndPoint)silent.LocalEndpoint).Port;
        await using var gateway = await GatewayHost.StartAsync(postgres, redis, new()
        {
            ["ConnectionStrings:mcpdb"] = $"Host=127.0.0.1;Port={port};Database=mcp;Username=mcp_app;Password=unused", // not-a-secret
            ["MCP_METRICS_ENABLED"] = "true",
            ["MCP_METRICS_PORT"] = $"{FreePort.Next()}",
            ["MCP_HEALTH_CHECK_TIMEOUT"] = "5",
        });
        using var admin = gateway.CreateClient();
        var expires = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() + 600;
        admin.DefaultRequestHeaders.Add(
            "Authorization",
            $"Bearer {JwtAuthenticatorTests.Sign("""{"alg":"HS256"}""", $$"""{"sub":"u1","permissions":["*"],"exp":{{expires}}}""", gateway.JwtSecret)}");
        using var first = await admin.GetAsync("/health/ready?degraded=ok", Token);

        var scrape = await GetAsync(admin, "/api/v1/mcp/metrics");
        var answers = new[]
        {
            await GetAsync(admin, "/health/live"),
            await GetAsync(admin, "/api/v1/mcp/status"),
            await GetAsync(admin, "/api/v1/mcp/admin/config"),
            await GetAsync(admin, "/api/v1/mcp/admin/targets"),
        };
        var ready = await GetAsync(admin, "/health/ready?degraded=ok");
        silent.Stop();

        Assert.Equal(HttpStatusCode.OK, scrape.Status);
        Assert.Contains("\nmcp_active_connections", scrape.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("\nuser_sessions_active", scrape.Body, StringComparison.Ordinal);
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
        Assert.All([scrape, .. answers, ready], answer => Assert.InRange(answer.Took, TimeSpan.Zero, AtOnce));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, first.StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.Status);
    }

    private static async Task<(HttpStatusCode Status, string Body, TimeSpan Took)> GetAsync(HttpClient client, string path)
    {
        var started = Stopwatch.GetTimestamp();
        using var answer = await client.GetAsync(path, Token);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Token), Stopwatch.GetElapsedTime(started));
    }
}
