using System.Text.Json;

namespace McpWorker.Arguments;

/// <summary>Values and kinds of JSON as messages name them.</summary>
internal static class Shown
{
    private const int MaxLength = 60;

    public static string Short(string text) => text.Length <= MaxLength ? text : $"{text[..MaxLength]}…";

    public static string Value(JsonElement value) => Short(value.GetRawText());

    public static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => $"the number {Value(value)}",
        JsonValueKind.True or JsonValueKind.False => Value(value),
        _ => "null",
    };

    public static string Type(string type) => type switch
    {
        "object" => "an object",
        "array" => "a list",
        "string" => "a text",
        "integer" => "a whole number",
        "number" => "a number",
        "boolean" => "true or false",
        _ => type,
    };
}
