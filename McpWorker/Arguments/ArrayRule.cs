using System.Text.Json;

namespace McpWorker.Arguments;

/// <summary><c>items</c>, <c>prefixItems</c>, <c>contains</c>, <c>minItems</c>, <c>maxItems</c>, <c>uniqueItems</c>.</summary>
internal sealed class ArrayRule(
    IReadOnlyList<JsonSchema> first, JsonSchema? rest, int? atLeast, int? atMost, bool unique, JsonSchema? contains, int leastContained, int? mostContained)
    : SchemaRule
{
    public override void Check(JsonElement value, Findings findings)
    {
        if (value.ValueKind is not JsonValueKind.Array)
        {
            return;
        }

        var length = value.GetArrayLength();
        if (length < atLeast)
        {
            findings.Add($"has {length} elements; it needs at least {atLeast}");
        }
        else if (length > atMost)
        {
            findings.Add($"has {length} elements; at most {atMost} fit. Leave some out");
            return;
        }

        CheckElements(value, findings);
        if (unique && length > 1 && HasRepetition(value))
        {
            findings.Add("has an element twice; leave one out");
        }

        if (contains is not null && value.EnumerateArray().Count(element => contains.Allows(element, findings)) is var count
            && (count < leastContained || count > mostContained))
        {
            findings.Add("does not have the elements it needs");
        }
    }

    private void CheckElements(JsonElement value, Findings findings)
    {
        var i = 0;
        foreach (var element in value.EnumerateArray())
        {
            if ((i < first.Count ? first[i] : rest) is { } schema)
            {
                findings.Enter(i);
                schema.Check(element, findings);
                findings.Leave();
                if (findings.IsFull)
                {
                    return;
                }
            }

            i++;
        }
    }

    private static bool HasRepetition(JsonElement value)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return value.EnumerateArray().Any(element => !seen.Add(CanonicalJson.Of(element)));
    }
}
