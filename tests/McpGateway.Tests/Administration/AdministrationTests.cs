using System.Net;
using System.Text.Json;
using McpGateway.Tests.Fixtures;
using Testing;

namespace McpGateway.Tests.Administration;

public sealed class AdministrationTests(PostgresServer postgres, RedisServer redis)
{
    private const string Config = "/api/v1/mcp/admin/config";
    private const string Targets = "/api/v1/mcp/admin/targets";
    private const string Metrics = "/api/v1/mcp/metrics";
    private const string Drain = "/api/v1/mcp/admin/drain";
    private const string Reader = "{tool:*/*:list,tool:media/get:call}";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string, string, string> Endpoints => new()
    {
        { "GET", Config, "admin:config:read" },
        { "GET", Targets, "admin:metrics:read" },
        { "GET", Metrics, "admin:metrics:read" },
        { "POST", Drain, "admin:drain:write" },
        { "DELETE", Drain, "admin:drain:write" },
        { "GET", Config + "/", "admin:config:read" },
        { "GET", "/API/v1/MCP/admin/CONFIG", "admin:config:read" },
        { "GET", "/api/v1/mcp/admin/%63onfig", "admin:config:read" },
    };

    [Theory]
    [Trait("Requirement", "S-058")]
    [Trait("Requirement", "S-177")]
    [MemberData(nameof(Endpoints))]
    public async Task Strangers_and_readers_are_refused_and_the_permission_opens(string method, string path, string permission)
    {
        await using var gateway = await GatewayHost.StartAsync(postgres, redis, new() { ["MCP_METRICS_ENABLED"] = "true", ["MCP_METRICS_PORT"] = $"{FreePort.Next()}" });
        using var stranger = gateway.CreateClient();
        using var reader = await gateway.CallerAsync(Reader);
        using var permitted = await gateway.CallerAsync($"{{{permission}}}");
        using var admin = await gateway.CallerAsync("{*}");

        using var unknown = await SendAsync(stranger, method, path);
        using var denied = await SendAsync(reader, method, path);
        using var allowed = await SendAsync(permitted, method, path);
        using var allowedAdmin = await SendAsync(admin, method, path);

        Assert.Equal(HttpStatusCode.Unauthorized, unknown.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, denied.StatusCode);
        Assert.Equal("application/problem+json", denied.Content.Headers.ContentType?.MediaType);
        Assert.Contains(permission, (await denied.JsonAsync()).GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, allowed.StatusCode);
        Assert.Equal(HttpStatusCode.OK, allowedAdmin.StatusCode);
        Assert.All(new[] { unknown, denied, allowed }, answer => Assert.True(answer.Headers.CacheControl?.NoStore));
        Assert.Equal(1L, await gateway.WaitForAsync($"SELECT count(*) FROM gateway.audit_log WHERE event_type = 'permission_denied' AND action = '{permission}'", 1L));
    }

    [Theory]
    [InlineData("HEAD", Config)]
    [InlineData("POST", Config)]
    [InlineData("PUT", Drain)]
    [InlineData("GET", Drain)]
    public async Task Other_methods_do_nothing(string method, string path)
    {
        await using var gateway = await GatewayHost.StartAsync(postgres, redis);
        using var admin = await gateway.CallerAsync("{*}");

        using var answer = await SendAsync(admin, method, path);
        using var ready = await admin.GetAsync("/health/ready", Token);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
        Assert.DoesNotContain("draining", await ready.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "S-058")]
    public async Task The_configuration_tells_sources_and_no_secret()
    {
        await using var gateway = await GatewayHost.StartAsync(postgres, redis);
        using var admin = await gateway.CallerAsync("{admin:config:read}");

        using var answer = await admin.GetAsync(Config, Token);
        var body = await answer.Content.ReadAsStringAsync(Token);

        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Contains("MCP_RATE_LIMIT_STORAGE", body, StringComparison.Ordinal);
        Assert.Contains("***", body, StringComparison.Ordinal);
        Assert.DoesNotContain(gateway.JwtSecret, body, StringComparison.Ordinal);
        Assert.DoesNotContain(redis.Password, body, StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Object, JsonDocument.Parse(body).RootElement.ValueKind);
    }

    [Fact]
    [Trait("Requirement", "S-177")]
    public async Task The_metrics_of_the_api_port_are_those_of_this_instance()
    {
        await using var gateway = await GatewayHost.StartAsync(postgres, redis, new() { ["MCP_METRICS_ENABLED"] = "true", ["MCP_METRICS_PORT"] = $"{FreePort.Next()}" });
        using var admin = await gateway.CallerAsync();
        using var call = await admin.CallToolAsync("media_list");

        using var answer = await admin.GetAsync(Metrics, Token);
        var text = await answer.Content.ReadAsStringAsync(Token);

        Assert.Equal("text/plain", answer.Content.Headers.ContentType?.MediaType);
        foreach (var name in (string[])["mcp_requests_total", "mcp_request_duration_seconds_bucket", "active_connections", "mcp_active_connections",
            "mcp_websocket_connections", "mcp_circuit_state", "api_quota_remaining", "user_sessions_active", "authentication_attempts_total", "http_requests_total"])
        {
            Assert.Contains($"\n{name}", text, StringComparison.Ordinal);
        }

        foreach (var bound in (string[])["0.1", "0.5", "1"])
        {
            Assert.Contains($"le=\"{bound}\"", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    [Trait("Requirement", "S-177")]
    public async Task Where_metrics_are_off_the_answer_says_so()
    {
        await using var gateway = await GatewayHost.StartAsync(postgres, redis);
        using var admin = await gateway.CallerAsync();
        using var reader = await gateway.CallerAsync(Reader);

        using var answer = await admin.GetAsync(Metrics, Token);
        using var denied = await reader.GetAsync(Metrics, Token);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains("MCP_METRICS_ENABLED", await answer.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, denied.StatusCode);
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        return await client.SendAsync(request, Token);
    }
}
