using System.Text.Json;

namespace McpWorker.Arguments;

/// <summary>
/// A JSON Schema (2020-12) made ready to check many values. Keywords it does not know are ignored, as the specification asks;
/// nothing is ever fetched for a <c>$ref</c>.
/// </summary>
internal sealed class JsonSchema
{
    private IReadOnlyList<SchemaRule> _rules = [];

    /// <summary>Set when a list of members can be checked without being made a JSON value first.</summary>
    public ObjectRule? Members { get; private set; }

    /// <exception cref="SchemaException">It is not a schema, or refers to something outside it.</exception>
    public static JsonSchema Read(JsonElement schema) => new SchemaReader(schema).Read();

    /// <summary>A schema may be referred to, by its own parts too, before it has been read to its end.</summary>
    public void Complete(IReadOnlyList<SchemaRule> rules)
    {
        _rules = rules;
        Members = rules.All(rule => rule is ObjectRule or TypeRule { Allows: "object" }) ? rules.OfType<ObjectRule>().SingleOrDefault() : null;
    }

    public void Check(JsonElement value, Findings findings)
    {
        findings.Descend();
        for (var i = 0; i < _rules.Count && !findings.IsFull; i++)
        {
            _rules[i].Check(value, findings);
        }

        findings.Ascend();
    }

    public bool Allows(JsonElement value, Findings findings)
    {
        var aside = findings.Aside();
        Check(value, aside);
        return aside.IsEmpty;
    }
}
