using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;

namespace McpWorker.InternalAccess;

/// <summary>Of a JSON-RPC message, what the internal token speaks about: method, target, and the id to answer to.</summary>
internal sealed record MessageHead(string Method, string Target, JsonNode? Id)
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>It carries its protocol version itself, as messages do from 2026-07-28 on.</summary>
    public bool IsModern { get; private init; }

    /// <summary>It is answered by a stream of notifications that lasts.</summary>
    public bool OpensStream => Method is "GET" or "subscriptions/listen";

    /// <summary>For a request without a message.</summary>
    public static MessageHead OfBodiless(string httpMethod) => new(httpMethod, "", null);

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
        var parameters = message.TryGetProperty("params", out var found) && found.ValueKind is JsonValueKind.Object ? found : (JsonElement?)null;
        var target = key is not null && parameters is { } named ? Text(named, key) : null;
        var isModern = parameters is { } carrying && carrying.TryGetProperty("_meta", out var meta)
            && meta.ValueKind is JsonValueKind.Object && meta.TryGetProperty(MetaKeys.ProtocolVersion, out _);
        var id = message.TryGetProperty("id", out var value) && value.ValueKind is JsonValueKind.String or JsonValueKind.Number
            ? JsonNode.Parse(value.GetRawText()) : null;
        return new MessageHead(method, target ?? "", id) { IsModern = isModern };
    }

    private static string? Text(JsonElement owner, string name) =>
        owner.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;
}
