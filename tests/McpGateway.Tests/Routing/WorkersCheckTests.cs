using System.Net;
using McpGateway.Tests.Fixtures;
using Testing;

namespace McpGateway.Tests.Routing;

public sealed class WorkersCheckTests(PostgresServer postgres, RedisServer redis)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Requirement", "S-161")]
    [Trait("Requirement", "S-165")]
    [Trait("Requirement", "S-166")]
    [Trait("Requirement", "S-170")]
    [Trait("Requirement", "S-173")]
    public async Task With_a_worker_that_answers_the_gateway_is_ready()
    {
        await using var gateway = await GatewayHost.StartAsync(
            postgres, redis, new() { ["MCP_HEALTH_MIN_FREE_DISK_PERCENT"] = "0", ["MCP_HEALTH_MAX_MEMORY_PERCENT"] = "100" });
        using var client = gateway.CreateClient();

        using var ready = await client.GetAsync("/health/ready", Token);
        using var health = await client.GetAsync("/health", Token);
        using var alias = await client.GetAsync("/api/v1/mcp/health", Token);

        Assert.Equal("""{"status":"ready","checks":{"database":true,"cache":true,"dependencies":true}}""", await ready.Content.ReadAsStringAsync(Token));
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
        Assert.Equal(
            (await health.JsonAsync()).GetProperty("checks").ToString(),
            (await alias.JsonAsync()).GetProperty("checks").ToString());
    }

    [Fact]
    [Trait("Requirement", "S-170")]
    [Trait("Requirement", "S-174")]
    public async Task Without_a_worker_that_answers_it_is_not_ready_and_names_no_address()
    {
        var port = FreePort.Next();
        await using var gateway = await GatewayHost.StartAsync(postgres, redis, new() { ["MCP_WORKER_URLS"] = $"http://localhost:{port}" });
        using var client = gateway.CreateClient();

        using var ready = await client.GetAsync("/health/ready?degraded=ok", Token);
        using var health = await client.GetAsync("/health", Token);
        var body = await health.Content.ReadAsStringAsync(Token);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Equal("dependencies_unavailable", (await ready.JsonAsync()).GetProperty("reason").GetString());
        Assert.Contains("\"dependencies\":\"workers: none answers\"", body, StringComparison.Ordinal);
        Assert.DoesNotContain("localhost", body, StringComparison.Ordinal);
        Assert.DoesNotContain($"{port}", body, StringComparison.Ordinal);
    }
}
