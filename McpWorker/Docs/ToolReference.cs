using System.Text;
using System.Text.Json;
using ModelContextProtocol.Protocol;

namespace McpWorker.Docs;

/// <summary>Tools as a page for people.</summary>
internal static class ToolReference
{
    public static string Render(IEnumerable<Tool> tools)
    {
        var page = new StringBuilder("# Tools\n");
        foreach (var tool in tools)
        {
            page.Append("\n## ").Append(tool.Name).Append("\n\n").Append(tool.Description).Append('\n');
            if (Hints(tool.Annotations).ToList() is { Count: > 0 } hints)
            {
                page.Append('\n').AppendJoin(", ", hints).Append(".\n");
            }

            AppendArguments(page, tool.InputSchema);
        }

        return page.ToString();
    }

    private static void AppendArguments(StringBuilder page, JsonElement schema)
    {
        if (!schema.TryGetProperty("properties", out var properties) || properties.ValueKind is not JsonValueKind.Object || !properties.EnumerateObject().Any())
        {
            return;
        }

        var required = schema.TryGetProperty("required", out var names) && names.ValueKind is JsonValueKind.Array
            ? names.EnumerateArray().Select(name => name.GetString()).ToHashSet(StringComparer.Ordinal) : [];
        page.Append("\n| argument | type | required | meaning |\n|---|---|---|---|\n");
        foreach (var property in properties.EnumerateObject())
        {
            page.Append("| `").Append(property.Name).Append("` | ").Append(Member(property.Value, "type")).Append(" | ")
                .Append(required.Contains(property.Name) ? "yes" : "no").Append(" | ")
                .Append(Member(property.Value, "description").Replace("|", "\\|", StringComparison.Ordinal)).Append(" |\n");
        }
    }

    private static string Member(JsonElement schema, string name) =>
        schema.ValueKind is not JsonValueKind.Object || !schema.TryGetProperty(name, out var value) ? ""
        : value.ValueKind is JsonValueKind.Array ? string.Join(" or ", value.EnumerateArray().Select(each => each.ToString()))
        : value.ToString();

    private static IEnumerable<string> Hints(ToolAnnotations? annotations)
    {
        if (annotations?.ReadOnlyHint is true)
        {
            yield return "Changes nothing";
        }
        else if (annotations?.DestructiveHint is true)
        {
            yield return "Destructive";
        }

        if (annotations?.IdempotentHint is true)
        {
            yield return "repeatable";
        }
    }
}
