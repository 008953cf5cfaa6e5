using System.Net;
using ModelContextProtocol.AspNetCore;
using ModelContextProtocol.Protocol;

namespace StandIns.Tests.Mcp;

public sealed class EraTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(HttpServerSessionMode.Stateless, null, "2026-07-28")]
    [InlineData(HttpServerSessionMode.Stateless, "2025-11-25", "2025-11-25")]
    [InlineData(HttpServerSessionMode.Stateless, "2025-03-26", "2025-03-26")]
    [InlineData(HttpServerSessionMode.StatefulForInitializeClients, null, "2026-07-28")]
    [InlineData(HttpServerSessionMode.StatefulForInitializeClients, "2025-11-25", "2025-11-25")]
    [InlineData(HttpServerSessionMode.StatefulForInitializeClients, "2025-06-18", "2025-06-18")]
    [InlineData(HttpServerSessionMode.Stateful, null, "2025-11-25")]
    public async Task A_client_of_any_era_lists_and_calls_tools(HttpServerSessionMode mode, string? asks, string gets)
    {
        await using var app = await McpApp.StartAsync(mode, cancellationToken: Token);
        await using var client = await app.ConnectAsync(asks, cancellationToken: Token);

        var tools = await client.ListToolsAsync(cancellationToken: Token);
        var result = await client.CallToolAsync("echo", new Dictionary<string, object?>(StringComparer.Ordinal) { ["text"] = "hé" }, cancellationToken: Token);

        Assert.Equal(gets, client.NegotiatedProtocolVersion);
        Assert.Contains(tools, tool => tool.Name == "echo");
        Assert.Equal("hé", Assert.IsType<TextContentBlock>(Assert.Single(result.Content)).Text);
    }

    [Fact]
    public async Task Only_older_clients_get_a_session_on_the_hybrid_endpoint()
    {
        await using var app = await McpApp.StartAsync(HttpServerSessionMode.StatefulForInitializeClients, cancellationToken: Token);
        await using var older = await app.ConnectAsync(McpApp.Legacy, cancellationToken: Token);
        await using var newer = await app.ConnectAsync(McpApp.Modern, cancellationToken: Token);

        var inSession = await older.CallToolAsync("ask", cancellationToken: Token);
        var alone = await newer.CallToolAsync("ask", cancellationToken: Token);

        Assert.Equal(older.SessionId, Assert.IsType<TextContentBlock>(inSession.Content[0]).Text);
        Assert.Equal("none", Assert.IsType<TextContentBlock>(alone.Content[0]).Text);
    }

    [Fact]
    public async Task A_single_answer_to_a_modern_request_is_plain_json()
    {
        await using var app = await McpApp.StartAsync(HttpServerSessionMode.Stateless, cancellationToken: Token);

        using var response = await app.Http.SendAsync(
            McpApp.Post(McpApp.Call("echo", """{"text":"a"}"""), headers: [("Mcp-Method", "tools/call"), ("Mcp-Name", "echo")]), Token);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("a", (string?)(await McpApp.JsonOf(response, Token))["result"]!["content"]![0]!["text"]);
        Assert.False(response.Headers.Contains("Mcp-Session-Id"));
    }

    [Fact]
    public async Task An_answer_after_a_notification_is_a_stream()
    {
        await using var app = await McpApp.StartAsync(HttpServerSessionMode.Stateless, cancellationToken: Token);

        using var response = await app.Http.SendAsync(
            McpApp.Post(McpApp.Call("ask"), headers: [("Mcp-Method", "tools/call"), ("Mcp-Name", "ask")]), Token);

        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(7, (int?)(await McpApp.JsonOf(response, Token))["id"]);
    }

    [Theory]
    [InlineData("2026-07-28")]
    [InlineData(null)]
    public async Task A_notification_is_accepted_without_a_body(string? version)
    {
        await using var app = await McpApp.StartAsync(HttpServerSessionMode.Stateless, cancellationToken: Token);

        using var response = await app.Http.SendAsync(
            McpApp.Post("""{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}""", version), Token);

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Null(response.Content.Headers.ContentType);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync(Token));
    }

    [Fact]
    public async Task Headers_leave_before_a_slow_tool_ends()
    {
        await using var app = await McpApp.StartAsync(HttpServerSessionMode.Stateless, cancellationToken: Token);

        using var response = await app.Http.SendAsync(
            McpApp.Post(McpApp.Call("wait"), headers: [("Mcp-Method", "tools/call"), ("Mcp-Name", "wait")]),
            HttpCompletionOption.ResponseHeadersRead,
            Token);
        app.Gate.Open.SetResult();

        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("through", (string?)(await McpApp.JsonOf(response, Token))["result"]!["content"]![0]!["text"]);
    }

    [Fact]
    public async Task A_client_that_leaves_cancels_its_tool()
    {
        await using var app = await McpApp.StartAsync(HttpServerSessionMode.Stateless, cancellationToken: Token);
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var call = app.Http.SendAsync(
            McpApp.Post(McpApp.Call("wait"), headers: [("Mcp-Method", "tools/call"), ("Mcp-Name", "wait")]), leaving.Token);
        await app.Gate.Entered.Task.WaitAsync(Token);

        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await app.Gate.Cancelled.Task.WaitAsync(TimeSpan.FromSeconds(10), Token);
    }
}
