using System.Net;
using Testing;
using ModelContextProtocol.AspNetCore;

namespace StandIns.Tests.Mcp;

public sealed class SessionTests
{
    private const string Initialize =
        """{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_session_belongs_to_the_user_who_opened_it()
    {
        await using var app = await McpApp.StartAsync(HttpServerSessionMode.StatefulForInitializeClients, cancellationToken: Token);
        var id = await OpenAsync(app, "ann");

        using var hers = await app.Http.SendAsync(McpApp.Post(McpApp.Call("whoami", version: McpApp.Legacy), McpApp.Legacy, ("Mcp-Session-Id", id), ("X-User", "ann")), Token);
        using var his = await app.Http.SendAsync(McpApp.Post(McpApp.Call("whoami", version: McpApp.Legacy), McpApp.Legacy, ("Mcp-Session-Id", id), ("X-User", "bob")), Token);
        using var nobodys = await app.Http.SendAsync(McpApp.Post(McpApp.Call("whoami", version: McpApp.Legacy), McpApp.Legacy, ("Mcp-Session-Id", id)), Token);

        Assert.Equal("ann", (string?)(await McpApp.JsonOf(hers, Token))["result"]!["content"]![0]!["text"]);
        Assert.Equal(HttpStatusCode.Forbidden, his.StatusCode);
        Assert.Equal(7, (int?)(await McpApp.JsonOf(his, Token))["id"]);
        Assert.Equal(HttpStatusCode.Forbidden, nobodys.StatusCode);
    }

    [Fact]
    public async Task Delete_ends_a_session_for_its_user_only()
    {
        await using var app = await McpApp.StartAsync(HttpServerSessionMode.StatefulForInitializeClients, cancellationToken: Token);
        var id = await OpenAsync(app, "ann");

        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(app, HttpMethod.Delete, ("Mcp-Session-Id", id), ("X-User", "bob")));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(app, HttpMethod.Delete, ("Mcp-Session-Id", id), ("X-User", "ann")));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(app, HttpMethod.Delete, ("Mcp-Session-Id", id), ("X-User", "ann")));

        using var late = await app.Http.SendAsync(McpApp.Post(McpApp.Call("whoami"), McpApp.Legacy, ("Mcp-Session-Id", id), ("X-User", "ann")), Token);
        Assert.Equal(HttpStatusCode.BadRequest, late.StatusCode);
        using var gone = await app.Http.SendAsync(McpApp.Post("""{"jsonrpc":"2.0","id":"x","method":"ping"}""", McpApp.Legacy, ("Mcp-Session-Id", id), ("X-User", "ann")), Token);
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
        Assert.Equal("x", (string?)(await McpApp.JsonOf(gone, Token))["id"]);
    }

    [Fact]
    public async Task A_request_without_a_session_is_told_to_initialize()
    {
        await using var app = await McpApp.StartAsync(HttpServerSessionMode.StatefulForInitializeClients, cancellationToken: Token);

        using var response = await app.Http.SendAsync(McpApp.Post("""{"jsonrpc":"2.0","id":3,"method":"tools/list"}""", McpApp.Legacy), Token);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("initialize", (string?)(await McpApp.JsonOf(response, Token))["error"]!["message"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_has_one_stream()
    {
        await using var app = await McpApp.StartAsync(HttpServerSessionMode.StatefulForInitializeClients, cancellationToken: Token);
        var id = await OpenAsync(app, "ann");

        using var first = await app.Http.SendAsync(Stream(id), HttpCompletionOption.ResponseHeadersRead, Token);
        using var second = await app.Http.SendAsync(Stream(id), Token);

        Assert.Equal("text/event-stream", first.Content.Headers.ContentType?.MediaType);
        Assert.Equal(HttpStatusCode.Conflict, second.StatusCode);
    }

    [Fact]
    public async Task Get_and_delete_do_not_exist_where_there_are_no_sessions()
    {
        await using var stateless = await McpApp.StartAsync(HttpServerSessionMode.Stateless, cancellationToken: Token);
        await using var hybrid = await McpApp.StartAsync(HttpServerSessionMode.StatefulForInitializeClients, cancellationToken: Token);

        using var get = await stateless.Http.SendAsync(Stream("x"), Token);
        using var modern = new HttpRequestMessage(HttpMethod.Get, "/mcp") { Headers = { { "MCP-Protocol-Version", McpApp.Modern }, { "Accept", "text/event-stream" } } };
        using var modernGet = await hybrid.Http.SendAsync(modern, Token);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, get.StatusCode);
        Assert.Equal(["POST"], get.Content.Headers.Allow);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, modernGet.StatusCode);
        Assert.Equal(["POST"], modernGet.Content.Headers.Allow);
    }

    [Fact]
    public async Task Idle_sessions_end()
    {
        var clock = new ManualTimeProvider();
        await using var app = await McpApp.StartAsync(
            HttpServerSessionMode.StatefulForInitializeClients, options => options.TimeProvider = clock, Token);
        var id = await OpenAsync(app, "ann");

        clock.Advance(TimeSpan.FromHours(2) + TimeSpan.FromSeconds(6));

        var ping = () => McpApp.Post("""{"jsonrpc":"2.0","id":1,"method":"ping"}""", McpApp.Legacy, ("Mcp-Session-Id", id), ("X-User", "ann"));
        var status = HttpStatusCode.OK;
        while (status is not HttpStatusCode.NotFound)
        {
            clock.Advance(TimeSpan.FromHours(2));
            using var response = await app.Http.SendAsync(ping(), Token);
            status = response.StatusCode;
        }
    }

    private static async Task<string> OpenAsync(McpApp app, string user)
    {
        using var response = await app.Http.SendAsync(McpApp.Post(Initialize, version: null, ("X-User", user)), Token);
        await response.Content.ReadAsStringAsync(Token);
        return Assert.Single(response.Headers.GetValues("Mcp-Session-Id"));
    }

    private static HttpRequestMessage Stream(string id) => new(HttpMethod.Get, "/mcp")
    {
        Headers = { { "Mcp-Session-Id", id }, { "X-User", "ann" }, { "Accept", "text/event-stream" } },
    };

    private static async Task<HttpStatusCode> StatusAsync(McpApp app, HttpMethod method, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, "/mcp");
        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }

        using var response = await app.Http.SendAsync(request, Token);
        return response.StatusCode;
    }
}
