using System.Net;
using System.Text;
using ModelContextProtocol.AspNetCore;

namespace StandIns.Tests.Mcp;

public sealed class BadInputTests(BadInputTests.Stateless server) : IClassFixture<BadInputTests.Stateless>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("""[{"jsonrpc":"2.0","id":1,"method":"ping"}]""")]
    [InlineData("""{"jsonrpc":"2.0","id":null,"method":"ping"}""")]
    [InlineData("""{"id":1,"method":"ping"}""")]
    [InlineData("""{"jsonrpc":"1.0","id":1,"method":"ping"}""")]
    [InlineData("\"text\"")]
    public async Task What_is_not_one_message_is_an_invalid_request(string body)
    {
        using var response = await server.App.Http.SendAsync(McpApp.Post(body), Token);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(-32600, (int?)(await McpApp.JsonOf(response, Token))["error"]!["code"]);
    }

    [Theory]
    [InlineData("Mcp-Method", null, -32020)]
    [InlineData("Mcp-Method", "tools/list", -32020)]
    [InlineData("Mcp-Method", "Tools/Call", -32020)]
    [InlineData("Mcp-Name", null, -32020)]
    [InlineData("Mcp-Name", "echo", -32020)]
    [InlineData("Mcp-Name", "=?base64?****?=", -32020)]
    [InlineData("Mcp-Param-Region", null, -32020)]
    [InlineData("Mcp-Param-Region", "eu", -32020)]
    [InlineData("Mcp-Param-Zone", "43", -32020)]
    [InlineData("MCP-Protocol-Version", null, -32020)]
    [InlineData("MCP-Protocol-Version", "2099-01-01", -32022)]
    [InlineData("MCP-Protocol-Version", "2025-11-25", -32020)]
    public async Task Headers_that_do_not_repeat_the_body_are_refused_with_its_id(string header, string? value, int code)
    {
        var headers = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["MCP-Protocol-Version"] = McpApp.Modern,
            ["Mcp-Method"] = "tools/call",
            ["Mcp-Name"] = "route",
            ["Mcp-Param-Region"] = "=?base64?w6k=?=",
            ["Mcp-Param-Zone"] = "42.0",
        };
        var body = McpApp.Call("route", """{"region":"é","zone":42}""", "\"r-1\"");
        using var good = await server.App.Http.SendAsync(McpApp.Post(body, null, [.. headers.Select(pair => (pair.Key, pair.Value))]), Token);
        headers[header] = value;

        using var response = await server.App.Http.SendAsync(McpApp.Post(body, null, [.. headers.Select(pair => (pair.Key, pair.Value))]), Token);
        var answer = await McpApp.JsonOf(response, Token);

        Assert.Equal(HttpStatusCode.OK, good.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("r-1", (string?)answer["id"]);
        Assert.Equal(code, (int?)answer["error"]!["code"]);
    }

    [Fact]
    public async Task An_unknown_version_is_told_the_discoverable_ones()
    {
        using var response = await server.App.Http.SendAsync(McpApp.Post(McpApp.Call("echo", version: "2099-01-01"), "2099-01-01"), Token);
        var data = (await McpApp.JsonOf(response, Token))["error"]!["data"]!;

        Assert.Equal("""["2026-07-28"]""", data["supported"]!.ToJsonString());
        Assert.Equal("2099-01-01", (string?)data["requested"]);
    }

    [Theory]
    [InlineData("""{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}""")]
    [InlineData("""{"io.modelcontextprotocol/clientCapabilities":{}}""")]
    [InlineData("""{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":[]}""")]
    [InlineData("""{"io.modelcontextprotocol/protocolVersion":5,"io.modelcontextprotocol/clientCapabilities":{}}""")]
    public async Task Missing_context_of_a_modern_request_is_an_invalid_parameter(string meta)
    {
        var body = $$"""{ "jsonrpc": "2.0", "id": 9, "method": "tools/list", "params": { "_meta": {{meta}} } }""";

        using var response = await server.App.Http.SendAsync(McpApp.Post(body, headers: ("Mcp-Method", "tools/list")), Token);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(-32602, (int?)(await McpApp.JsonOf(response, Token))["error"]!["code"]);
    }

    [Theory]
    [InlineData("initialize")]
    [InlineData("ping")]
    [InlineData("nonsense/method")]
    public async Task Methods_a_modern_server_lacks_are_not_found(string method)
    {
        var body = McpApp.Call("x").Replace("tools/call", method, StringComparison.Ordinal);

        using var response = await server.App.Http.SendAsync(McpApp.Post(body, headers: ("Mcp-Method", method)), Token);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal(-32601, (int?)(await McpApp.JsonOf(response, Token))["error"]!["code"]);
    }

    [Fact]
    public async Task An_unknown_tool_is_an_answer_not_a_failure_of_the_transport()
    {
        using var response = await server.App.Http.SendAsync(
            McpApp.Post(McpApp.Call("nope"), headers: [("Mcp-Method", "tools/call"), ("Mcp-Name", "nope")]), Token);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(-32602, (int?)(await McpApp.JsonOf(response, Token))["error"]!["code"]);
    }

    [Fact]
    public async Task Media_types_are_checked()
    {
        using var wantsHtml = McpApp.Post(McpApp.Call("echo"));
        wantsHtml.Headers.Accept.Clear();
        wantsHtml.Headers.Add("Accept", "application/json");
        using var sendsText = McpApp.Post("");
        sendsText.Content = new StringContent(McpApp.Call("echo"), Encoding.UTF8, "text/plain");

        using var notAcceptable = await server.App.Http.SendAsync(wantsHtml, Token);
        using var unsupported = await server.App.Http.SendAsync(sendsText, Token);

        Assert.Equal(HttpStatusCode.NotAcceptable, notAcceptable.StatusCode);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, unsupported.StatusCode);
    }

    [Fact]
    public async Task A_body_over_the_limit_is_too_large()
    {
        using var response = await server.App.Http.SendAsync(McpApp.Post(McpApp.Call("echo", $$"""{"text":"{{new string('x', 100_000)}}"}""")), Token);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    public sealed class Stateless : IAsyncLifetime
    {
        public McpApp App { get; private set; } = null!;

        public async ValueTask InitializeAsync() => App = await McpApp.StartAsync(HttpServerSessionMode.Stateless);

        public ValueTask DisposeAsync() => App.DisposeAsync();
    }
}
