using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using ServiceDefaults.Settings.Catalog;
using Testing;

namespace McpWorker.Tests.Protocol;

/// <summary>Each row of the status and error table of 2026-07-28, and of the decision which era a message is of.</summary>
public sealed class ErrorTableTests(PostgresServer postgres)
{
    private const string Path = "/mcp/diagnostics";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Headers_that_differ_from_the_body_are_refused_by_their_own_code()
    {
        await using var worker = await StartAsync();
        using var client = worker.GatewayClient(WorkerApp.Admin);

        await RefusedAsync(client, Without("MCP-Protocol-Version"), HttpStatusCode.BadRequest, -32020);
        await RefusedAsync(client, Without("Mcp-Method"), HttpStatusCode.BadRequest, -32020);
        await RefusedAsync(client, Without("Mcp-Name"), HttpStatusCode.BadRequest, -32020);
        await RefusedAsync(client, With("Mcp-Method", "tools/list"), HttpStatusCode.BadRequest, -32020);
        await RefusedAsync(client, With("Mcp-Method", "TOOLS/CALL"), HttpStatusCode.BadRequest, -32020);
        await RefusedAsync(client, With("Mcp-Name", "test_image_content"), HttpStatusCode.BadRequest, -32020);
        await RefusedAsync(client, With("Mcp-Name", "=?base64?%%%?="), HttpStatusCode.BadRequest, -32020);
    }

    [Fact]
    public async Task A_name_in_base64_is_the_name()
    {
        await using var worker = await StartAsync();
        using var client = worker.GatewayClient(WorkerApp.Admin);
        using var request = With("Mcp-Name", $"=?base64?{Convert.ToBase64String(Encoding.UTF8.GetBytes("test_simple_text"))}?=");

        using var answer = await client.SendAsync(request, Token);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData("io.modelcontextprotocol/protocolVersion", null)]
    [InlineData("io.modelcontextprotocol/clientCapabilities", null)]
    [InlineData("io.modelcontextprotocol/clientCapabilities", "[]")]
    public async Task Metadata_that_is_missing_or_of_the_wrong_type_is_an_invalid_parameter(string key, string? value)
    {
        await using var worker = await StartAsync();
        using var client = worker.GatewayClient(WorkerApp.Admin);
        var body = ModernMessage.Body("tools/list");
        body["params"]!["_meta"]!.AsObject().Remove(key);
        if (value is not null)
        {
            body["params"]!["_meta"]![key] = JsonNode.Parse(value);
        }

        await RefusedAsync(client, ModernMessage.Post(Path, body), HttpStatusCode.BadRequest, -32602);
    }

    [Fact]
    public async Task A_version_nobody_knows_is_answered_with_those_known()
    {
        await using var worker = await StartAsync();
        using var client = worker.GatewayClient(WorkerApp.Admin);
        var body = ModernMessage.Body("tools/list");
        body["params"]!["_meta"]!["io.modelcontextprotocol/protocolVersion"] = "2099-01-01";
        using var request = ModernMessage.Post(Path, body);
        request.Headers.Remove("MCP-Protocol-Version");
        request.Headers.Add("MCP-Protocol-Version", "2099-01-01");

        var error = await RefusedAsync(client, request, HttpStatusCode.BadRequest, -32022);

        Assert.Equal("""{"supported":["2026-07-28"],"requested":"2099-01-01"}""", error["data"]!.ToJsonString());
    }

    [Fact]
    public async Task A_capability_the_client_did_not_declare_is_named_as_an_object()
    {
        await using var worker = await StartAsync();
        using var client = worker.GatewayClient(WorkerApp.Admin);

        var error = await RefusedAsync(client, ModernMessage.Call(Path, "test_missing_capability"), HttpStatusCode.BadRequest, -32021);

        Assert.Equal("""{"sampling":{}}""", error["data"]!["requiredCapabilities"]!.ToJsonString());
    }

    [Theory]
    [InlineData("no/such")]
    [InlineData("initialize")]
    [InlineData("ping")]
    [InlineData("logging/setLevel")]
    [InlineData("resources/subscribe")]
    [InlineData("resources/unsubscribe")]
    public async Task A_method_that_is_not_there_or_no_more_is_not_found(string method)
    {
        await using var worker = await StartAsync();
        using var client = worker.GatewayClient(WorkerApp.Admin);

        await RefusedAsync(client, ModernMessage.Post(Path, ModernMessage.Body(method)), HttpStatusCode.NotFound, -32601);
    }

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":7,"result":{}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":null,"method":"tools/list"}""")]
    [InlineData("[]")]
    [InlineData("not json")]
    public async Task What_is_no_request_of_a_client_is_an_invalid_one(string body)
    {
        await using var worker = await StartAsync();
        using var client = worker.GatewayClient(WorkerApp.Admin);
        using var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = WorkerApp.Body(body) };
        request.Headers.Add("MCP-Protocol-Version", ModernMessage.Version);

        using var answer = await client.SendAsync(request, Token);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(-32600, (int?)(await JsonAsync(answer))["error"]!["code"]);
    }

    [Theory]
    [InlineData("application/json", "application/json", HttpStatusCode.NotAcceptable)]
    [InlineData("application/json, text/event-stream", "text/plain", HttpStatusCode.UnsupportedMediaType)]
    public async Task Media_types_are_held_to(string accept, string content, HttpStatusCode expected)
    {
        await using var worker = await StartAsync();
        using var client = worker.GatewayClient(WorkerApp.Admin);
        client.DefaultRequestHeaders.Accept.Clear();
        using var request = ModernMessage.Call(Path, "test_simple_text");
        request.Headers.Add("Accept", accept);
        request.Content!.Headers.ContentType = new(content);

        using var answer = await client.SendAsync(request, Token);

        Assert.Equal(expected, answer.StatusCode);
    }

    [Fact]
    public async Task A_notification_is_accepted_without_a_word()
    {
        await using var worker = await StartAsync();
        using var client = worker.GatewayClient(WorkerApp.Admin);
        using var request = new HttpRequestMessage(HttpMethod.Post, Path)
        {
            Content = WorkerApp.Body("""{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":3}}"""),
        };
        request.Headers.Add("MCP-Protocol-Version", ModernMessage.Version);

        using var answer = await client.SendAsync(request, Token);

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.Null(answer.Content.Headers.ContentType);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync(Token));
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("DELETE")]
    public async Task There_are_no_other_methods_of_HTTP(string method)
    {
        await using var worker = await StartAsync();
        using var client = worker.GatewayClient(WorkerApp.Admin);
        using var request = new HttpRequestMessage(new HttpMethod(method), Path);
        request.Headers.Add("MCP-Protocol-Version", ModernMessage.Version);

        using var answer = await client.SendAsync(request, Token);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
        Assert.Equal("POST", Assert.Single(answer.Content.Headers.Allow));
    }

    [Fact]
    public async Task An_unknown_tool_is_an_invalid_parameter_of_a_request_that_was_understood()
    {
        await using var worker = await StartAsync();
        using var client = worker.GatewayClient(WorkerApp.Admin);

        await RefusedAsync(client, ModernMessage.Call(Path, "no_such_tool"), HttpStatusCode.OK, -32602);
    }

    [Fact]
    public async Task A_session_id_means_nothing_and_none_is_given()
    {
        await using var worker = await StartAsync();
        using var client = worker.GatewayClient(WorkerApp.Admin);
        using var request = ModernMessage.Call(Path, "test_simple_text");
        request.Headers.Add("Mcp-Session-Id", "somebody-else");

        using var answer = await client.SendAsync(request, Token);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.False(answer.Headers.Contains("Mcp-Session-Id"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("2025-03-26")]
    [InlineData("2025-11-25")]
    public async Task An_older_request_that_stands_alone_is_answered_without_a_session(string? version)
    {
        await using var worker = await StartAsync();
        using var client = worker.GatewayClient(WorkerApp.Admin);
        using var request = new HttpRequestMessage(HttpMethod.Post, Path)
        {
            Content = WorkerApp.Body("""{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"test_simple_text","arguments":{}}}"""),
        };
        request.Headers.Add("Mcp-Method", "never/trusted/here");
        if (version is not null)
        {
            request.Headers.Add("MCP-Protocol-Version", version);
        }

        await using var answer = await EventStream.OpenAsync(client, request);
        var result = (await answer.NextAsync(Token))!["result"]!;

        Assert.False(answer.Response.Headers.Contains("Mcp-Session-Id"));
        Assert.Contains("simple text", (string?)result["content"]![0]!["text"], StringComparison.Ordinal);
        Assert.Null(result["resultType"]);
    }

    private static HttpRequestMessage Without(string header)
    {
        var request = ModernMessage.Call(Path, "test_simple_text");
        request.Headers.Remove(header);
        return request;
    }

    private static HttpRequestMessage With(string header, string value)
    {
        var request = Without(header);
        request.Headers.TryAddWithoutValidation(header, value);
        return request;
    }

    private static async Task<JsonNode> RefusedAsync(HttpClient client, HttpRequestMessage request, HttpStatusCode status, int code)
    {
        using var sent = request;
        using var answer = await client.SendAsync(sent, Token);
        var body = await JsonAsync(answer);
        Assert.Equal((status, code, 7), (answer.StatusCode, (int)body["error"]!["code"]!, (int)body["id"]!));
        return body["error"]!;
    }

    private static async Task<JsonNode> JsonAsync(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync(Token);
        return JsonNode.Parse(text[Math.Max(0, text.IndexOf('{', StringComparison.Ordinal))..])!;
    }

    private Task<WorkerApp> StartAsync() => WorkerApp.StartAsync(postgres, new ModuleOptions { Enabled = ["diagnostics"] });
}
