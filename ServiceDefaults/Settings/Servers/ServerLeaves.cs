using System.Text.Json;
using ServiceDefaults.Settings.Layers;
using ServiceDefaults.Settings.Schema;

namespace ServiceDefaults.Settings.Servers;

/// <summary>What is written under <c>servers</c>, by path below it, with the place of each value.</summary>
internal static class ServerLeaves
{
    /// <summary>
    /// Of all YAML layers: a value in a stronger one takes the place of that in a weaker one, and a name with nothing below
    /// it takes away what weaker ones say of that server.
    /// </summary>
    public static Dictionary<string, RawSetting> OfYaml(string path, IEnumerable<SettingsLayer> weakestFirst)
    {
        var leaves = new Dictionary<string, RawSetting>(StringComparer.Ordinal);
        foreach (var layer in weakestFirst.Where(layer => layer.Kind == SettingsLayerKind.Yaml))
        {
            var own = layer.Values.Where(leaf => leaf.Key == path || leaf.Key.StartsWith(path + ".", StringComparison.Ordinal)).ToList();
            foreach (var emptied in own.Where(leaf => leaf.Value.Text.Length == 0 && !leaf.Value.IsMalformed).Select(leaf => leaf.Key[path.Length..].TrimStart('.')).ToList())
            {
                var below = leaves.Keys.Where(key => key.StartsWith(emptied + ".", StringComparison.Ordinal)).ToList();
                below.ForEach(key => leaves.Remove(key));
                if (below.Count > 0)
                {
                    own.RemoveAll(leaf => leaf.Key[path.Length..].TrimStart('.') == emptied);
                }
            }

            foreach (var (key, raw) in own)
            {
                leaves[key[path.Length..].TrimStart('.')] = raw;
            }
        }

        leaves.Remove("", out var whole);
        return whole is { Text.Length: > 0 } or { IsMalformed: true } ? new Dictionary<string, RawSetting>(StringComparer.Ordinal) { [""] = whole } : leaves;
    }

    /// <summary>Of the JSON form in the environment; null when it is not one JSON object.</summary>
    public static Dictionary<string, RawSetting>? OfJson(RawSetting raw)
    {
        try
        {
            using var document = JsonDocument.Parse(raw.Text, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 8 });
            var leaves = new Dictionary<string, RawSetting>(StringComparer.Ordinal);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                return null;
            }

            Flatten(document.RootElement, "", raw, leaves);
            return leaves;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static void Flatten(JsonElement node, string path, RawSetting whole, Dictionary<string, RawSetting> leaves)
    {
        if (node.ValueKind == JsonValueKind.Object && (path.Length == 0 || node.EnumerateObject().Any()))
        {
            foreach (var member in node.EnumerateObject())
            {
                Flatten(member.Value, path.Length == 0 ? member.Name : $"{path}.{member.Name}", whole, leaves);
            }
        }
        else
        {
            leaves[path] = whole with { Text = TextOf(node) ?? "", IsMalformed = TextOf(node) is null };
        }
    }

    private static string? TextOf(JsonElement node) => node.ValueKind switch
    {
        JsonValueKind.String => node.GetString(),
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => node.GetRawText(),
        JsonValueKind.Null => "",
        JsonValueKind.Object => "",
        JsonValueKind.Array when node.EnumerateArray().All(item => item.ValueKind is JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False) =>
            JsonSerializer.Serialize(node.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.String ? item.GetString() : item.GetRawText()).ToArray(), SettingsJson.Relaxed),
        _ => null,
    };
}
