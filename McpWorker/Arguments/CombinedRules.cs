using System.Text.Json;

namespace McpWorker.Arguments;

/// <summary><c>allOf</c> and <c>$ref</c>: what other schemas demand too.</summary>
internal sealed class AllRule(IReadOnlyList<JsonSchema> schemas) : SchemaRule
{
    public override void Check(JsonElement value, Findings findings)
    {
        foreach (var schema in schemas)
        {
            schema.Check(value, findings);
        }
    }
}

/// <summary><c>anyOf</c> and <c>oneOf</c>.</summary>
internal sealed class AnyRule(IReadOnlyList<JsonSchema> schemas, bool exactlyOne) : SchemaRule
{
    public override void Check(JsonElement value, Findings findings)
    {
        var fitting = 0;
        foreach (var schema in schemas)
        {
            fitting += schema.Allows(value, findings) ? 1 : 0;
            if (fitting > 0 && !exactlyOne)
            {
                return;
            }
        }

        if (fitting == 0 && schemas.Count == 1)
        {
            schemas[0].Check(value, findings);
        }
        else if (fitting == 0)
        {
            findings.Add($"fits none of the {schemas.Count} forms its schema allows");
        }
        else if (fitting > 1)
        {
            findings.Add($"fits {fitting} of the forms its schema allows; it must fit exactly one");
        }
    }
}

/// <summary><c>not</c>.</summary>
internal sealed class NotRule(JsonSchema schema) : SchemaRule
{
    public override void Check(JsonElement value, Findings findings)
    {
        if (schema.Allows(value, findings))
        {
            findings.Add("has a form its schema excludes");
        }
    }
}

/// <summary><c>if</c>, <c>then</c>, <c>else</c>.</summary>
internal sealed class ConditionRule(JsonSchema condition, JsonSchema? then, JsonSchema? otherwise) : SchemaRule
{
    public override void Check(JsonElement value, Findings findings) =>
        (condition.Allows(value, findings) ? then : otherwise)?.Check(value, findings);
}

/// <summary><c>dependentRequired</c> and <c>dependentSchemas</c>.</summary>
internal sealed class DependencyRule(string member, IReadOnlyList<string> required, JsonSchema? schema) : SchemaRule
{
    public override void Check(JsonElement value, Findings findings)
    {
        if (value.ValueKind is not JsonValueKind.Object || !value.TryGetProperty(member, out _))
        {
            return;
        }

        schema?.Check(value, findings);
        foreach (var name in required.Where(name => !value.TryGetProperty(name, out _)))
        {
            findings.Enter(name);
            findings.Add($"is missing; '{Shown.Short(member)}' needs it");
            findings.Leave();
        }
    }
}
