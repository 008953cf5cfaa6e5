using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Bench;

/// <summary>Somebody else's MCP server with many tools, each as long as tools are in the wild.</summary>
internal sealed class ToolsServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly int _tools;

    private ToolsServer(WebApplication app, int tools)
    {
        _app = app;
        _tools = tools;
    }

    public string Url => $"{_app.Urls.Single()}/mcp";

    public static async Task<ToolsServer> StartAsync(int tools, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var server = new ToolsServer(app, tools);
        app.Run(server.AnswerAsync);
        await app.StartAsync(cancellationToken);
        return server;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private static JsonNode Tool(int number) => new JsonObject
    {
        ["name"] = $"find_order_{number}",
        ["description"] = $"Finds orders of branch {number} by customer, date and state. Use it before changing an order, to learn its id.",
        ["inputSchema"] = JsonNode.Parse("""
            {
              "type": "object",
              "properties": {
                "customer": { "type": "string", "description": "Name or number of the customer." },
                "since": { "type": "string", "format": "date", "description": "First day." },
                "state": { "type": "string", "enum": ["open", "shipped", "closed"] },
                "limit": { "type": "integer", "minimum": 1, "maximum": 100, "default": 20 }
              },
              "required": ["customer"]
            }
            """),
    };

    private async Task AnswerAsync(HttpContext http)
    {
        var message = HttpMethods.IsPost(http.Request.Method) ? await JsonNode.ParseAsync(http.Request.Body, cancellationToken: http.RequestAborted) : null;
        var result = (string?)message?["method"] switch
        {
            "server/discover" => new JsonObject
            {
                ["supportedVersions"] = new JsonArray("2026-07-28"), ["capabilities"] = new JsonObject { ["tools"] = new JsonObject() },
            },
            "tools/list" => new JsonObject { ["tools"] = new JsonArray([.. Enumerable.Range(0, _tools).Select(Tool)]) },
            _ => null,
        };
        if (result is null)
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            await http.Response.WriteAsJsonAsync(
                new JsonObject { ["jsonrpc"] = "2.0", ["id"] = message?["id"]?.DeepClone(), ["error"] = new JsonObject { ["code"] = -32601, ["message"] = "Not here." } },
                http.RequestAborted);
            return;
        }

        result["resultType"] = "complete";
        result["ttlMs"] = 60_000;
        result["cacheScope"] = "private";
        await http.Response.WriteAsJsonAsync(new JsonObject { ["jsonrpc"] = "2.0", ["id"] = message!["id"]?.DeepClone(), ["result"] = result }, http.RequestAborted);
    }
}
