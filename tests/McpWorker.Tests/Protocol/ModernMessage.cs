using System.Text.Json.Nodes;

namespace McpWorker.Tests.Protocol;

/// <summary>Messages of 2026-07-28 as they go over the wire, to be spoilt in one place each.</summary>
internal static class ModernMessage
{
    public const string Version = "2026-07-28";

    public static JsonObject Body(string method, JsonObject? parameters = null, JsonNode? id = null)
    {
        parameters ??= [];
        parameters["_meta"] = new JsonObject
        {
            ["io.modelcontextprotocol/protocolVersion"] = Version,
            ["io.modelcontextprotocol/clientCapabilities"] = new JsonObject(),
        };
        return new JsonObject { ["jsonrpc"] = "2.0", ["id"] = id ?? 7, ["method"] = method, ["params"] = parameters };
    }

    public static HttpRequestMessage Post(string path, JsonNode body, string? name = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = WorkerApp.Body(body.ToJsonString()) };
        request.Headers.Add("MCP-Protocol-Version", Version);
        request.Headers.Add("Mcp-Method", (string?)body["method"]);
        if (name is not null)
        {
            request.Headers.Add("Mcp-Name", name);
        }

        return request;
    }

    public static HttpRequestMessage Call(string path, string tool, JsonObject? arguments = null) =>
        Post(path, Body("tools/call", new JsonObject { ["name"] = tool, ["arguments"] = arguments ?? [] }), tool);

    public static HttpRequestMessage Listen(string path, JsonObject notifications, JsonNode? id = null) =>
        Post(path, Body("subscriptions/listen", new JsonObject { ["notifications"] = notifications }, id));
}
