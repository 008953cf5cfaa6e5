using System.Collections.Frozen;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace McpWorker.Arguments;

/// <summary>
/// <c>properties</c>, <c>patternProperties</c>, <c>additionalProperties</c>, <c>required</c>, <c>propertyNames</c>,
/// <c>minProperties</c>, <c>maxProperties</c>.
/// </summary>
internal sealed class ObjectRule : SchemaRule
{
    public FrozenDictionary<string, JsonSchema> Known { get; init; } = FrozenDictionary<string, JsonSchema>.Empty;

    public IReadOnlyList<(Regex Name, JsonSchema Schema)> ByPattern { get; init; } = [];

    /// <summary>What members must be that the two above do not speak of; null: anything.</summary>
    public JsonSchema? Others { get; init; }

    public bool IsClosed { get; init; }

    public IReadOnlyList<string> Required { get; init; } = [];

    public JsonSchema? Names { get; init; }

    public int? AtLeast { get; init; }

    public int? AtMost { get; init; }

    public override void Check(JsonElement value, Findings findings)
    {
        if (value.ValueKind is not JsonValueKind.Object)
        {
            return;
        }

        var count = 0;
        foreach (var member in value.EnumerateObject())
        {
            count++;
            CheckMember(member.Name, member.Value, findings);
        }

        foreach (var name in Required)
        {
            if (!value.TryGetProperty(name, out _))
            {
                Miss(name, findings);
            }
        }

        CheckCount(count, findings);
    }

    public void Check(IDictionary<string, JsonElement> members, Findings findings)
    {
        foreach (var (name, value) in members)
        {
            CheckMember(name, value, findings);
        }

        foreach (var name in Required)
        {
            if (!members.ContainsKey(name))
            {
                Miss(name, findings);
            }
        }

        CheckCount(members.Count, findings);
    }

    private static void Miss(string name, Findings findings)
    {
        findings.Enter(name);
        findings.Add("is missing; pass it");
        findings.Leave();
    }

    private void CheckMember(string name, JsonElement value, Findings findings)
    {
        findings.Enter(name);
        var spokenOf = Known.TryGetValue(name, out var schema);
        schema?.Check(value, findings);
        foreach (var (pattern, patterned) in ByPattern)
        {
            if (StringRule.Matches(pattern, name))
            {
                spokenOf = true;
                patterned.Check(value, findings);
            }
        }

        if (!spokenOf && IsClosed)
        {
            findings.Add(Known.Count == 0 ? "is not known; leave it out" : $"is not known; known are: {string.Join(", ", Known.Keys.Order(StringComparer.Ordinal))}");
        }
        else if (!spokenOf)
        {
            Others?.Check(value, findings);
        }

        if (Names is not null && !Names.Allows(JsonSerializer.SerializeToElement(name), findings))
        {
            findings.Add("has a name that is not allowed here");
        }

        findings.Leave();
    }

    private void CheckCount(int count, Findings findings)
    {
        if (count < AtLeast)
        {
            findings.Add($"has {count} members; it needs at least {AtLeast}");
        }
        else if (count > AtMost)
        {
            findings.Add($"has {count} members; at most {AtMost} fit");
        }
    }
}
