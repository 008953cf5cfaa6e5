using System.Text.Json.Nodes;

namespace McpWorker.Tests.Protocol;

/// <summary>A session as a client of 2025-11-25 opens one, message by message.</summary>
internal sealed class LegacySession(HttpClient client, string path)
{
    public const string Header = "Mcp-Session-Id";

    public string Id { get; private set; } = "";

    public static async Task<LegacySession> OpenAsync(HttpClient client, string path = "/mcp/diagnostics")
    {
        var session = new LegacySession(client, path);
        using var answer = await session.PostAsync(
            """{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"test","version":"1"}}}""");
        session.Id = Assert.Single(answer.Headers.GetValues(Header));
        using var accepted = await session.PostAsync("""{"jsonrpc":"2.0","method":"notifications/initialized"}""");
        Assert.Equal(System.Net.HttpStatusCode.Accepted, accepted.StatusCode);
        return session;
    }

    public Task<HttpResponseMessage> CallAsync(string tool, HttpClient? by = null) =>
        PostAsync($$$"""{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"{{{tool}}}","arguments":{} } }""", by);

    public async Task<JsonNode> ResultAsync(string method, JsonObject parameters)
    {
        var body = new JsonObject { ["jsonrpc"] = "2.0", ["id"] = 7, ["method"] = method, ["params"] = parameters };
        await using var answer = new EventStream(await PostAsync(body.ToJsonString()));
        return (await answer.NextAsync(TestContext.Current.CancellationToken))!;
    }

    public Task<HttpResponseMessage> PostAsync(string body, HttpClient? by = null)
    {
        var request = Request(HttpMethod.Post);
        request.Content = WorkerApp.Body(body);
        return (by ?? client).SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
    }

    public Task<EventStream> StreamAsync() => EventStream.OpenAsync(client, Request(HttpMethod.Get));

    public Task<HttpResponseMessage> DeleteAsync(HttpClient? by = null) => (by ?? client).SendAsync(Request(HttpMethod.Delete), TestContext.Current.CancellationToken);

    private HttpRequestMessage Request(HttpMethod method)
    {
        var request = new HttpRequestMessage(method, path);
        request.Headers.Add("MCP-Protocol-Version", "2025-11-25");
        if (Id.Length > 0)
        {
            request.Headers.Add(Header, Id);
        }

        return request;
    }
}
