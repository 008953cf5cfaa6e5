using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using McpGateway.Tests.Fixtures;
using Microsoft.AspNetCore.Http;
using Testing;

namespace McpGateway.Tests.RequestLog;

public sealed class AccessLogTests(PostgresServer postgres, RedisServer redis) : IDisposable
{
    private readonly LogFolder _logs = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _logs.Dispose();

    [Fact]
    [Trait("Requirement", "S-211")]
    public async Task A_request_is_one_line_that_says_who_what_and_how_it_ended()
    {
        await using (var gateway = await StartAsync())
        {
            using var caller = await gateway.CallerAsync(user: "ann");
            caller.DefaultRequestHeaders.Add("X-Request-ID", "req-1");
            caller.DefaultRequestHeaders.UserAgent.ParseAdd("probe/1.0");
            using var answer = await caller.CallToolAsync("media_list", path: "/mcp?api_key=Zq-planted&x=1"); // not-a-secret
        }

        var line = Assert.Single(_logs.Lines("access.log"));
        Assert.Equal("POST", line.GetProperty("method").GetString());
        Assert.Equal("/mcp?api_key=***&x=1", line.GetProperty("path").GetString());
        Assert.Equal(200, line.GetProperty("status").GetInt32());
        Assert.True(line.GetProperty("duration_ms").GetDouble() > 0);
        Assert.Equal(FakeWorker.Result.Length, line.GetProperty("bytes").GetInt32());
        Assert.Equal("127.0.0.1", line.GetProperty("client_ip").GetString());
        Assert.Equal("ann", line.GetProperty("user").GetString());
        Assert.Equal("req-1", line.GetProperty("request_id").GetString());
        Assert.Equal(32, line.GetProperty("trace_id").GetString()!.Length);
        Assert.Equal("probe/1.0", line.GetProperty("user_agent").GetString());
        Assert.EndsWith("Z", line.GetProperty("timestamp").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "S-211")]
    public async Task An_alias_is_logged_as_the_caller_wrote_it()
    {
        await using (var gateway = await StartAsync())
        {
            using var stranger = gateway.CreateClient();
            using var answer = await stranger.GetAsync("/api/v1/mcp/health", Token);
        }

        Assert.Equal("/api/v1/mcp/health", Assert.Single(_logs.Lines("access.log")).GetProperty("path").GetString());
    }

    [Fact]
    [Trait("Requirement", "S-210")]
    [Trait("Requirement", "S-211")]
    public async Task Every_request_is_there_the_refused_and_the_unreadable_ones_too()
    {
        await using (var gateway = await StartAsync(("MCP_HTTP_MAX_BODY_BYTES", "2000"), ("MCP_RATE_LIMIT_RPM", "1"), ("MCP_RATE_LIMIT_BURST", "1")))
        {
            using var stranger = gateway.CreateClient();
            using var caller = await gateway.CallerAsync(perMinute: null, burst: null);
            using var passed = await caller.CallToolAsync("media_list");
            using var limited = await caller.CallToolAsync("media_list");
            using var unknown = await stranger.CallToolAsync("media_list");
            using var large = await caller.SendMessageAsync(McpMessages.ToolCall(new string('x', 3000)));
            using var malformed = await caller.SendMessageAsync("{");
            using var live = await stranger.GetAsync("/health/live", Token);
            using var nowhere = await stranger.GetAsync("/nowhere", Token);
            using var foreign = new HttpRequestMessage(HttpMethod.Get, "/health") { Headers = { Host = "evil.example" } };
            foreign.RequestUri = new Uri("/nowhere", UriKind.Relative);
            using var refused = await stranger.SendAsync(foreign, Token);
            await SendRawAsync(stranger.BaseAddress!, "GET / HTTP/1.1\r\nBad Header\r\n\r\n");
            await SendRawAsync(stranger.BaseAddress!, "nonsense\r\n\r\n");
            await SendRawAsync(stranger.BaseAddress!, "POST /mcp HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: gzip, chunked\r\n\r\n");
        }

        var statuses = _logs.Lines("access.log").Select(line => line.GetProperty("status").GetInt32());
        Assert.Equal([200, 429, 401, 413, 400, 200, 404, 403, 400, 400, 400], statuses);
    }

    [Fact]
    [Trait("Requirement", "S-211")]
    public async Task A_caller_who_leaves_is_a_499_and_a_server_error_a_502()
    {
        await using (var gateway = await StartAsync())
        {
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            using var caller = await gateway.CallerAsync();
            gateway.Worker.Answer = async context =>
            {
                reached.TrySetResult();
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            };
            using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Token);
            var call = caller.PostAsync("/mcp", McpMessages.Content(McpMessages.ToolCall("media_list")), leaving.Token);
            await reached.Task.WaitAsync(Token);
            await leaving.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
            gateway.Worker.Answer = context =>
            {
                context.Response.StatusCode = StatusCodes.Status401Unauthorized;
                return Task.CompletedTask;
            };
            using var failed = await caller.CallToolAsync("media_list");
        }

        Assert.Equal([499, 502], _logs.Lines("access.log").Select(line => line.GetProperty("status").GetInt32()).Order());
    }

    [Fact]
    [Trait("Requirement", "S-210")]
    public async Task The_audit_has_a_file_of_its_own_and_only_errors_are_in_error_log()
    {
        await using (var gateway = await StartAsync())
        {
            gateway.Worker.Answer = context =>
            {
                context.Response.StatusCode = StatusCodes.Status401Unauthorized;
                return Task.CompletedTask;
            };
            using var caller = await gateway.CallerAsync(user: "ann");
            using var answer = await caller.CallToolAsync("media_list");
        }

        var audit = _logs.Lines("audit.log");
        Assert.Equal(["started", "error"], audit.Select(line => line.GetProperty("result").GetString()));
        Assert.All(audit, line => Assert.Equal("ann", line.GetProperty("user").GetString()));
        var error = Assert.Single(_logs.Lines("error.log"));
        Assert.Equal("forward_not_accepted", error.GetProperty("event").GetString());
        Assert.Equal("forward_not_accepted", Assert.Single(_logs.Lines("mcp.log"), line => line.GetProperty("level").GetString() == "Error").GetProperty("event").GetString());
    }

    [Fact]
    [Trait("Requirement", "S-211")]
    public async Task Switched_off_it_writes_nothing()
    {
        await using (var gateway = await StartAsync(("MCP_ACCESS_LOG", "off")))
        {
            using var client = gateway.CreateClient();
            using var live = await client.GetAsync("/health/live", Token);
        }

        Assert.Empty(_logs.Lines("access.log"));
        Assert.Empty(_logs.Events("http_request"));
    }

    [Fact]
    [Trait("Requirement", "S-206")]
    [Trait("Requirement", "S-211")]
    public async Task On_standard_output_it_is_a_line_among_the_others()
    {
        await using (var gateway = await StartAsync(("MCP_ACCESS_LOG", "stdout")))
        {
            using var client = gateway.CreateClient();
            using var live = await client.GetAsync("/health/live", Token);
        }

        Assert.Single(_logs.Events("http_request"));
        Assert.Empty(_logs.Lines("access.log"));
        Assert.All(_logs.Lines("mcp.log"), line => Assert.All((string[])["timestamp", "level", "logger", "event"], name => Assert.Equal(JsonValueKind.String, line.GetProperty(name).ValueKind)));
    }

    private static async Task SendRawAsync(Uri server, string text)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(server.Host, server.Port, Token);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(text), Token);
        using var reader = new StreamReader(client.GetStream());
        Assert.StartsWith("HTTP/1.1 400", await reader.ReadLineAsync(Token), StringComparison.Ordinal);
    }

    private Task<GatewayHost> StartAsync(params (string Key, string Value)[] settings) =>
        GatewayHost.StartAsync(postgres, redis, _logs.Settings(settings));
}
