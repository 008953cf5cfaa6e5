using System.Text.Json;

namespace McpWorker.Arguments;

/// <summary>Finds what a <c>$ref</c> means, in the document itself and nowhere else: a reference to the network is never followed.</summary>
internal sealed class SchemaReferences(JsonElement document)
{
    public JsonElement Find(string reference)
    {
        var hash = reference.IndexOf('#', StringComparison.Ordinal);
        var place = hash < 0 ? reference : reference[..hash];
        var fragment = hash < 0 ? "" : Uri.UnescapeDataString(reference[(hash + 1)..]);
        var root = place.Length == 0 ? document
            : Search(document, "$id", place) ?? throw new SchemaException($"it refers to '{Shown.Short(reference)}', which is outside it; nothing is fetched");

        return fragment.Length == 0 ? root
            : fragment[0] == '/' ? Follow(root, fragment, reference)
            : Search(root, "$anchor", fragment) ?? Search(root, "$dynamicAnchor", fragment) ?? throw Missing(reference);
    }

    /// <summary>A JSON pointer.</summary>
    private static JsonElement Follow(JsonElement at, string pointer, string reference)
    {
        foreach (var step in pointer[1..].Split('/'))
        {
            var name = step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            if (at.ValueKind is JsonValueKind.Object && at.TryGetProperty(name, out var member))
            {
                at = member;
            }
            else if (at.ValueKind is JsonValueKind.Array && int.TryParse(name, out var index) && index >= 0 && index < at.GetArrayLength())
            {
                at = at[index];
            }
            else
            {
                throw Missing(reference);
            }
        }

        return at;
    }

    private static JsonElement? Search(JsonElement at, string keyword, string value)
    {
        if (at.ValueKind is JsonValueKind.Object)
        {
            if (at.TryGetProperty(keyword, out var found) && found.ValueKind is JsonValueKind.String && found.GetString() == value)
            {
                return at;
            }

            return at.EnumerateObject().Select(member => Search(member.Value, keyword, value)).FirstOrDefault(part => part is not null);
        }

        return at.ValueKind is JsonValueKind.Array
            ? at.EnumerateArray().Select(element => Search(element, keyword, value)).FirstOrDefault(part => part is not null) : null;
    }

    private static SchemaException Missing(string reference) => new($"it refers to '{Shown.Short(reference)}', which it does not have");
}
