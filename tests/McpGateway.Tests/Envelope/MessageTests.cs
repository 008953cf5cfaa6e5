using System.Net;
using System.Text;
using McpGateway.Tests.Fixtures;
using Testing;

namespace McpGateway.Tests.Envelope;

public sealed class MessageTests(PostgresServer postgres, RedisServer redis)
{
    private const string ModernMeta = """ "_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}} """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("{", -32600)]
    [InlineData("[]", -32600)]
    [InlineData("""{"jsonrpc":"2.0","id":null,"method":"ping"}""", -32600)]
    public async Task A_malformed_message_is_400_with_the_specifications_code_and_reaches_no_worker(string json, int code)
    {
        await using var gateway = await GatewayHost.StartAsync(postgres, redis);
        using var caller = await gateway.CallerAsync();

        using var answer = await caller.SendMessageAsync(json);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(code, (await answer.JsonAsync()).GetProperty("error").GetProperty("code").GetInt32());
        Assert.Empty(gateway.Worker.Calls);
    }

    [Theory]
    [InlineData("tools/call", "media_delete", "2026-07-28", false)]
    [InlineData("tools/list", "media_get", "2026-07-28", false)]
    [InlineData("TOOLS/CALL", "media_get", "2026-07-28", false)]
    [InlineData("tools/call", "=?base64?!!!?=", "2026-07-28", false)]
    [InlineData("tools/call", null, "2026-07-28", false)]
    [InlineData(null, "media_get", "2026-07-28", false)]
    [InlineData("tools/call", "media_get", null, false)]
    [InlineData("tools/call", "media_get", "2025-11-25", false)]
    [InlineData("tools/call", "media_get", "2026-07-28", true)]
    [InlineData("tools/call", "=?base64?bWVkaWFfZ2V0?=", "2026-07-28", true)]
    public async Task Headers_that_contradict_a_modern_message_end_the_call(string? method, string? name, string? version, bool passes)
    {
        await using var gateway = await GatewayHost.StartAsync(postgres, redis);
        using var caller = await gateway.CallerAsync();
        foreach (var (header, value) in new[] { ("Mcp-Method", method), ("Mcp-Name", name), ("MCP-Protocol-Version", version) })
        {
            if (value is not null)
            {
                caller.DefaultRequestHeaders.Add(header, value);
            }
        }

        using var answer = await caller.SendMessageAsync(
            $$$"""{"jsonrpc":"2.0","id":9,"method":"tools/call","params":{"name":"media_get",{{{ModernMeta}}}} }""");

        Assert.Equal(passes ? HttpStatusCode.OK : HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(passes ? 1 : 0, gateway.Worker.Calls.Count);
        if (!passes)
        {
            var error = await answer.JsonAsync();
            Assert.Equal(-32020, error.GetProperty("error").GetProperty("code").GetInt32());
            Assert.Equal(9, error.GetProperty("id").GetInt32());
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Requirement", "S-098")]
    public async Task A_body_over_the_limit_is_413_before_anything_runs(bool chunked)
    {
        await using var gateway = await GatewayHost.StartAsync(postgres, redis, new() { ["MCP_HTTP_MAX_BODY_BYTES"] = "4096" });
        using var caller = await gateway.CallerAsync();
        var fitting = McpMessages.ToolCall("media_get").PadRight(4096);

        using var accepted = await SendAsync(caller, fitting, chunked);
        using var refused = await SendAsync(caller, fitting + " ", chunked);

        Assert.Equal(HttpStatusCode.OK, accepted.StatusCode);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, refused.StatusCode);
        Assert.Single(gateway.Worker.Calls);
    }

    [Fact]
    public async Task Another_charset_is_refused_because_the_worker_might_honour_it()
    {
        await using var gateway = await GatewayHost.StartAsync(postgres, redis);
        using var caller = await gateway.CallerAsync();
        using var content = new StringContent(McpMessages.ToolCall("media_get"), Encoding.Unicode, "application/json");

        using var answer = await caller.PostAsync("/mcp", content, Token);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.StatusCode);
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient caller, string json, bool chunked)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/mcp") { Content = McpMessages.Content(json) };
        request.Headers.TransferEncodingChunked = chunked;
        return await caller.SendAsync(request, Token);
    }
}
