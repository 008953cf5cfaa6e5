using System.Net;
using System.Text.Json.Nodes;
using ServiceDefaults.InternalCalls;
using Testing;

namespace McpWorker.Tests.InternalAccess;

public sealed class InternalAccessTests(PostgresServer postgres)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [Trait("Requirement", "S-006")]
    [InlineData(null)]
    [InlineData("forged.token")]
    [InlineData("eyJjYWxsIjp7fX0.AAAA")]
    public async Task A_message_that_did_not_come_through_the_gateway_is_refused_with_its_id(string? token)
    {
        await using var worker = await WorkerApp.StartAsync(postgres);
        using var client = worker.CreateClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/mcp") { Content = WorkerApp.Body(Call("media_list", "\"q-1\"")) };
        request.Headers.Add("Accept", "application/json, text/event-stream");
        if (token is not null)
        {
            request.Headers.Add(InternalTokens.HeaderName, token);
        }

        using var response = await client.SendAsync(request, Token);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("q-1", (string?)(await JsonAsync(response))["id"]);
    }

    [Theory]
    [Trait("Requirement", "S-006")]
    [InlineData("method")]
    [InlineData("target")]
    [InlineData("request")]
    public async Task A_token_is_good_for_the_message_it_was_signed_for_only(string altered)
    {
        await using var worker = await WorkerApp.StartAsync(postgres);
        using var client = worker.GatewayClient(WorkerApp.Admin, call => altered switch
        {
            "method" => call with { Method = "tools/list" },
            "target" => call with { Target = "media_get" },
            _ => call with { RequestId = "another" },
        });

        using var response = await client.PostAsync("/mcp", WorkerApp.Body(Call("media_list")), Token);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal(7, (int?)(await JsonAsync(response))["id"]);
    }

    [Theory]
    [Trait("Requirement", "S-006")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/list","method":"tools/call"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"media_list","name":"media_delete"}}""")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"\ud800"}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/list","\ud800":1}""")]
    public async Task A_body_two_readers_could_read_differently_is_refused(string body)
    {
        await using var worker = await WorkerApp.StartAsync(postgres);
        using var client = worker.GatewayClient(WorkerApp.Admin);

        using var response = await client.PostAsync("/mcp", WorkerApp.Body(body), Token);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(-32600, (int?)(await JsonAsync(response))["error"]!["code"]);
    }

    [Fact]
    [Trait("Requirement", "S-006")]
    public async Task A_second_spelling_of_the_name_does_not_smuggle_in_another_tool()
    {
        await using var worker = await WorkerApp.StartAsync(postgres);
        using var client = worker.GatewayClient(WorkerApp.Admin);
        var body = Call("media_list").Replace("\"arguments\"", "\"Name\": \"media_ingest\", \"arguments\"", StringComparison.Ordinal)
            .Replace("{}", """{ "content": "smuggled" }""", StringComparison.Ordinal);

        using var response = await client.PostAsync("/mcp", WorkerApp.Body(body), Token);
        await response.Content.ReadAsStringAsync(Token);

        await using var count = worker.Database.CreateCommand("SELECT count(*) FROM media");
        Assert.Equal(0L, await count.ExecuteScalarAsync(Token));
    }

    [Fact]
    [Trait("Requirement", "S-071")]
    public async Task A_caller_without_the_permission_is_forbidden_though_the_gateway_let_it_through()
    {
        await using var worker = await WorkerApp.StartAsync(postgres);
        using var reader = worker.GatewayClient(WorkerApp.Caller("rita", "tool:media/list:call"));

        using var allowed = await reader.PostAsync("/mcp", WorkerApp.Body(Call("media_list")), Token);
        using var forbidden = await reader.PostAsync("/mcp", WorkerApp.Body(Call("media_delete")), Token);
        using var forbiddenByOwnName = await reader.PostAsync("/mcp/media", WorkerApp.Body(Call("delete")), Token);

        Assert.Equal(HttpStatusCode.OK, allowed.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, forbidden.StatusCode);
        Assert.Equal(7, (int?)(await JsonAsync(forbidden))["id"]);
        Assert.Equal(HttpStatusCode.Forbidden, forbiddenByOwnName.StatusCode);
    }

    [Theory]
    [Trait("Requirement", "S-071")]
    [InlineData("tools:media.*", "media_delete,media_get,media_ingest,media_list,media_search")]
    [InlineData("tool:media/get:list", "media_get")]
    [InlineData("tool:rag/*:call", "rag_query")]
    [InlineData("tool:none/*:call", "")]
    public async Task A_caller_sees_the_tools_it_may_use_in_order(string permission, string expected)
    {
        await using var worker = await WorkerApp.StartAsync(postgres);
        await using var client = await worker.ConnectAsync(WorkerApp.Caller("rita", permission));

        var tools = await client.ListToolsAsync(cancellationToken: Token);

        Assert.Equal(expected, string.Join(',', tools.Select(tool => tool.Name)));
    }

    [Fact]
    public async Task A_server_that_is_not_here_is_not_found()
    {
        await using var worker = await WorkerApp.StartAsync(postgres);
        using var client = worker.GatewayClient(WorkerApp.Admin);

        using var response = await client.PostAsync("/mcp/nobody", WorkerApp.Body(Call("x")), Token);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    private static string Call(string tool, string id = "7") =>
        $$"""{ "jsonrpc": "2.0", "id": {{id}}, "method": "tools/call", "params": { "name": "{{tool}}", "arguments": {} } }""";

    private static async Task<JsonNode> JsonAsync(HttpResponseMessage response) => JsonNode.Parse(await response.Content.ReadAsStringAsync(Token))!;
}
