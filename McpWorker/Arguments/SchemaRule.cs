using System.Text.Json;

namespace McpWorker.Arguments;

/// <summary>One thing a schema demands of a value; a rule about another kind of value demands nothing.</summary>
internal abstract class SchemaRule
{
    public abstract void Check(JsonElement value, Findings findings);
}

/// <summary><c>true</c> and <c>false</c> as schemas.</summary>
internal sealed class NothingRule : SchemaRule
{
    public override void Check(JsonElement value, Findings findings) => findings.Add("is not allowed here; leave it out");
}

/// <summary><c>type</c>.</summary>
internal sealed class TypeRule(IReadOnlyList<string> types) : SchemaRule
{
    private readonly string _wanted = string.Join(" or ", types.Where(type => type != "null").DefaultIfEmpty("null").Select(Shown.Type));

    /// <summary>The one type, null when there are several.</summary>
    public string? Allows => types.Count == 1 ? types[0] : null;

    public override void Check(JsonElement value, Findings findings)
    {
        for (var i = 0; i < types.Count; i++)
        {
            if (Is(value, types[i]))
            {
                return;
            }
        }

        findings.Add($"is {Shown.Kind(value)}; it must be {_wanted}");
    }

    private static bool Is(JsonElement value, string type) => type switch
    {
        "string" => value.ValueKind is JsonValueKind.String,
        "integer" => value.ValueKind is JsonValueKind.Number && IsWhole(value),
        "number" => value.ValueKind is JsonValueKind.Number,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "object" => value.ValueKind is JsonValueKind.Object,
        "array" => value.ValueKind is JsonValueKind.Array,
        _ => value.ValueKind is JsonValueKind.Null,
    };

    /// <summary>1.0 and 1e3 are whole numbers too.</summary>
    private static bool IsWhole(JsonElement value) =>
        value.TryGetInt64(out _) || (value.TryGetDouble(out var number) && double.IsInteger(number));
}

/// <summary><c>enum</c> and <c>const</c>.</summary>
internal sealed class EnumRule(IReadOnlyList<JsonElement> values) : SchemaRule
{
    public override void Check(JsonElement value, Findings findings)
    {
        for (var i = 0; i < values.Count; i++)
        {
            if (JsonElement.DeepEquals(values[i], value))
            {
                return;
            }
        }

        var allowed = string.Join(", ", values.Take(20).Select(Shown.Value));
        findings.Add(values.Count == 1 ? $"is {Shown.Value(value)}; it must be {allowed}" : $"is {Shown.Value(value)}; it must be one of {allowed}");
    }
}

/// <summary><c>minimum</c>, <c>maximum</c>, their exclusive forms, <c>multipleOf</c>.</summary>
internal sealed class NumberRule(double? atLeast, double? atMost, double? above, double? below, double? multipleOf) : SchemaRule
{
    public override void Check(JsonElement value, Findings findings)
    {
        if (value.ValueKind is not JsonValueKind.Number)
        {
            return;
        }

        var number = value.GetDouble();
        if (number < atLeast || number > atMost || number <= above || number >= below)
        {
            findings.Add($"is {Shown.Value(value)}; it must be {Bounds()}");
        }
        else if (multipleOf is { } step && !double.IsInteger(Math.Round(number / step, 9)))
        {
            findings.Add($"is {Shown.Value(value)}; it must be a multiple of {step}");
        }
    }

    private string Bounds() => (atLeast, atMost, above, below) switch
    {
        ({ } least, { } most, null, null) => $"from {least} to {most}",
        _ => string.Join(" and ", new[]
        {
            atLeast is null ? null : $"at least {atLeast}", above is null ? null : $"more than {above}",
            atMost is null ? null : $"at most {atMost}", below is null ? null : $"less than {below}",
        }.OfType<string>()),
    };
}
