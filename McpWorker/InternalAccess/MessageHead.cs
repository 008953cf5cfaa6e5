using System.Text.Json;
using System.Text.Json.Nodes;

namespace McpWorker.InternalAccess;

/// <summary>Of a JSON-RPC message, what the internal token speaks about: method, target, and the id to answer to.</summary>
internal sealed record MessageHead(string Method, string Target, JsonNode? Id)
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>Null for anything that is not one JSON-RPC message, or that two readers could read differently.</summary>
    public static MessageHead? TryRead(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body, Strict);
            return document.RootElement.ValueKind is JsonValueKind.Object ? Read(document.RootElement) : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a string of invalid UTF-8 or half a surrogate pair.
            return null;
        }
    }

    private static MessageHead Read(JsonElement message)
    {
        var method = Text(message, "method") ?? "";
        var key = method switch
        {
            "tools/call" or "prompts/get" => "name",
            "resources/read" => "uri",
            _ => null,
        };
        var target = key is not null && message.TryGetProperty("params", out var parameters) && parameters.ValueKind is JsonValueKind.Object
            ? Text(parameters, key) : null;
        var id = message.TryGetProperty("id", out var value) && value.ValueKind is JsonValueKind.String or JsonValueKind.Number
            ? JsonNode.Parse(value.GetRawText()) : null;
        return new MessageHead(method, target ?? "", id);
    }

    private static string? Text(JsonElement owner, string name) =>
        owner.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;
}
