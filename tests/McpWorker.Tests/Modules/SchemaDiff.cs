using System.Text.Json;

namespace McpWorker.Tests.Modules;

/// <summary>What of a tool's new schema would break a caller who was written for the old one.</summary>
internal static class SchemaDiff
{
    private static readonly string[] Upper = ["maximum", "exclusiveMaximum", "maxLength", "maxItems"];
    private static readonly string[] Lower = ["minimum", "exclusiveMinimum", "minLength", "minItems"];

    /// <summary>Arguments: what was accepted must be accepted still.</summary>
    public static IEnumerable<string> OfInput(JsonElement old, JsonElement now, string path = "argument ")
    {
        foreach (var type in Types(old).Except(Types(now), StringComparer.Ordinal).Take(Types(now).Count == 0 ? 0 : 1))
        {
            yield return $"{path} was {type} and is {string.Join(" or ", Types(now))}";
        }

        foreach (var name in Names(now, "required").Except(Names(old, "required"), StringComparer.Ordinal))
        {
            yield return $"{path}{name} is required now";
        }

        foreach (var (keyword, sign) in Upper.Select(keyword => (keyword, 1)).Concat(Lower.Select(keyword => (keyword, -1))))
        {
            if (Number(now, keyword) is { } bound && !(Number(old, keyword) is { } before && sign * before <= sign * bound))
            {
                yield return $"{path} has the tighter {keyword} {bound}";
            }
        }

        if (now.TryGetProperty("enum", out var values) && (!old.TryGetProperty("enum", out var known) || known.EnumerateArray().Any(value => !values.EnumerateArray().Any(other => JsonElement.DeepEquals(value, other)))))
        {
            yield return $"{path} has fewer values";
        }

        foreach (var breach in Members(old, now, path, OfInput))
        {
            yield return breach;
        }
    }

    /// <summary>Results: what was told must be told still, in the same form.</summary>
    public static IEnumerable<string> OfOutput(JsonElement old, JsonElement now, string path = "result ")
    {
        foreach (var type in Types(now).Except(Types(old), StringComparer.Ordinal).Take(Types(old).Count == 0 ? 0 : 1))
        {
            yield return $"{path} was {string.Join(" or ", Types(old))} and may be {type}";
        }

        foreach (var name in Names(old, "required").Except(Names(now, "required"), StringComparer.Ordinal))
        {
            yield return $"{path}{name} may be absent now";
        }

        foreach (var breach in Members(old, now, path, OfOutput))
        {
            yield return breach;
        }
    }

    private static IEnumerable<string> Members(
        JsonElement old, JsonElement now, string path, Func<JsonElement, JsonElement, string, IEnumerable<string>> compare)
    {
        if (old.TryGetProperty("properties", out var members))
        {
            foreach (var member in members.EnumerateObject())
            {
                if (!now.TryGetProperty("properties", out var others) || !others.TryGetProperty(member.Name, out var other))
                {
                    yield return $"{path}{member.Name} is gone";
                    continue;
                }

                foreach (var breach in member.Value.ValueKind is JsonValueKind.Object && other.ValueKind is JsonValueKind.Object ? compare(member.Value, other, $"{path}{member.Name}.") : [])
                {
                    yield return breach;
                }
            }
        }

        if (old.TryGetProperty("items", out var items) && now.TryGetProperty("items", out var otherItems)
            && items.ValueKind is JsonValueKind.Object && otherItems.ValueKind is JsonValueKind.Object)
        {
            foreach (var breach in compare(items, otherItems, $"{path.TrimEnd('.')}[]."))
            {
                yield return breach;
            }
        }
    }

    private static List<string> Types(JsonElement schema) =>
        !schema.TryGetProperty("type", out var type) ? []
        : type.ValueKind is JsonValueKind.Array ? [.. type.EnumerateArray().Select(each => each.GetString()!)] : [type.GetString()!];

    private static IEnumerable<string> Names(JsonElement schema, string keyword) =>
        schema.TryGetProperty(keyword, out var names) ? names.EnumerateArray().Select(name => name.GetString()!) : [];

    private static double? Number(JsonElement schema, string keyword) => schema.TryGetProperty(keyword, out var bound) ? bound.GetDouble() : null;
}
