using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace McpGateway.Tests.Fixtures;

/// <summary>Messages as clients send them, and a look into the answers.</summary>
internal static class McpMessages
{
    public static StringContent Content(string json)
    {
        var content = new StringContent(json, Encoding.UTF8);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }

    public static string ToolCall(string tool, string id = "1") =>
        $$$"""{"jsonrpc":"2.0","id":{{{id}}},"method":"tools/call","params":{"name":"{{{tool}}}","arguments":{"text":"secret-argument"} } }""";

    public static Task<HttpResponseMessage> CallToolAsync(this HttpClient client, string tool, string id = "1", string path = "/mcp") =>
        client.PostAsync(path, Content(ToolCall(tool, id)), TestContext.Current.CancellationToken);

    public static Task<HttpResponseMessage> SendMessageAsync(this HttpClient client, string json) =>
        client.PostAsync("/mcp", Content(json), TestContext.Current.CancellationToken);

    public static async Task<JsonElement> JsonAsync(this HttpResponseMessage response) =>
        JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement;
}
