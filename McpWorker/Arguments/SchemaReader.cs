using System.Collections.Frozen;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace McpWorker.Arguments;

/// <summary>Reads one schema document into rules. Each part is read once, however often it is referred to.</summary>
internal sealed class SchemaReader(JsonElement document)
{
    private static readonly HashSet<string> Types = new(StringComparer.Ordinal) { "string", "integer", "number", "boolean", "object", "array", "null" };

    private readonly Dictionary<string, JsonSchema> _referred = new(StringComparer.Ordinal);
    private readonly SchemaReferences _references = new(document);

    public JsonSchema Read()
    {
        var root = new JsonSchema();
        _referred["#"] = root;
        root.Complete(RulesOf(document));
        return root;
    }

    private JsonSchema Read(JsonElement schema)
    {
        var read = new JsonSchema();
        read.Complete(RulesOf(schema));
        return read;
    }

    private List<SchemaRule> RulesOf(JsonElement schema) => schema.ValueKind switch
    {
        JsonValueKind.True => [],
        JsonValueKind.False => [new NothingRule()],
        JsonValueKind.Object => [.. Simple(schema), .. Structures(schema), .. Combinations(schema)],
        _ => throw new SchemaException($"{Shown.Kind(schema)} stands where a schema is needed"),
    };

    private static IEnumerable<SchemaRule> Simple(JsonElement schema)
    {
        if (schema.TryGetProperty("type", out var type))
        {
            yield return new TypeRule(type.ValueKind is JsonValueKind.Array ? [.. type.EnumerateArray().Select(TypeOf)] : [TypeOf(type)]);
        }

        if (schema.TryGetProperty("enum", out var values))
        {
            yield return new EnumRule([.. Elements(values, "enum")]);
        }

        if (schema.TryGetProperty("const", out var only))
        {
            yield return new EnumRule([only]);
        }

        var numbers = (string[])["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"];
        if (numbers.Select(name => Number(schema, name)).ToArray() is var bounds && bounds.Any(bound => bound is not null))
        {
            yield return new NumberRule(bounds[0], bounds[1], bounds[2], bounds[3], bounds[4]);
        }

        if (schema.TryGetProperty("pattern", out var pattern) || schema.TryGetProperty("minLength", out _) || schema.TryGetProperty("maxLength", out _))
        {
            yield return new StringRule(Count(schema, "minLength"), Count(schema, "maxLength"), pattern.ValueKind is JsonValueKind.String ? Pattern(pattern.GetString()!) : null);
        }
    }

    private IEnumerable<SchemaRule> Structures(JsonElement schema)
    {
        if (((string[])["properties", "patternProperties", "additionalProperties", "required", "propertyNames", "minProperties", "maxProperties"])
            .Any(name => schema.TryGetProperty(name, out _)))
        {
            var others = Part(schema, "additionalProperties");
            yield return new ObjectRule
            {
                Known = Members(schema, "properties").ToFrozenDictionary(member => member.Name, member => Read(member.Value), StringComparer.Ordinal),
                ByPattern = [.. Members(schema, "patternProperties").Select(member => (Pattern(member.Name), Read(member.Value)))],
                IsClosed = others is { ValueKind: JsonValueKind.False },
                Others = others is { } rest ? Read(rest) : null,
                Required = schema.TryGetProperty("required", out var required) ? Names(required, "required") : [],
                Names = Part(schema, "propertyNames") is { } names ? Read(names) : null,
                AtLeast = Count(schema, "minProperties"),
                AtMost = Count(schema, "maxProperties"),
            };
        }

        // Before 2020-12 a list under "items" was what "prefixItems" is now.
        var items = Part(schema, "items");
        var isTuple = items is { ValueKind: JsonValueKind.Array };
        var first = isTuple ? items : Part(schema, "prefixItems");
        var remaining = isTuple ? Part(schema, "additionalItems") : items;
        if (first is not null || remaining is not null
            || ((string[])["contains", "minItems", "maxItems", "uniqueItems"]).Any(name => schema.TryGetProperty(name, out _)))
        {
            yield return new ArrayRule(
                first is { } tuple ? [.. Elements(tuple, "prefixItems").Select(Read)] : [],
                remaining is { } each ? Read(each) : null,
                Count(schema, "minItems"),
                Count(schema, "maxItems"),
                Part(schema, "uniqueItems") is { ValueKind: JsonValueKind.True },
                Part(schema, "contains") is { } contains ? Read(contains) : null,
                Count(schema, "minContains") ?? 1,
                Count(schema, "maxContains"));
        }
    }

    private IEnumerable<SchemaRule> Combinations(JsonElement schema)
    {
        foreach (var keyword in (string[])["$ref", "$dynamicRef"])
        {
            if (schema.TryGetProperty(keyword, out var reference))
            {
                yield return new AllRule([Referred(reference)]);
            }
        }

        if (Part(schema, "allOf") is { } all)
        {
            yield return new AllRule([.. Elements(all, "allOf").Select(Read)]);
        }

        if (Part(schema, "anyOf") is { } any)
        {
            yield return new AnyRule([.. Elements(any, "anyOf").Select(Read)], exactlyOne: false);
        }

        if (Part(schema, "oneOf") is { } one)
        {
            yield return new AnyRule([.. Elements(one, "oneOf").Select(Read)], exactlyOne: true);
        }

        if (Part(schema, "not") is { } not)
        {
            yield return new NotRule(Read(not));
        }

        if (Part(schema, "if") is { } condition)
        {
            yield return new ConditionRule(
                Read(condition), Part(schema, "then") is { } then ? Read(then) : null, Part(schema, "else") is { } otherwise ? Read(otherwise) : null);
        }

        foreach (var member in Members(schema, "dependentRequired"))
        {
            yield return new DependencyRule(member.Name, Names(member.Value, "dependentRequired"), null);
        }

        foreach (var member in Members(schema, "dependentSchemas"))
        {
            yield return new DependencyRule(member.Name, [], Read(member.Value));
        }
    }

    private JsonSchema Referred(JsonElement reference)
    {
        var name = reference.ValueKind is JsonValueKind.String ? reference.GetString()! : throw new SchemaException("a $ref is not a text");
        if (!_referred.TryGetValue(name, out var schema))
        {
            _referred[name] = schema = new JsonSchema();
            schema.Complete(RulesOf(_references.Find(name)));
        }

        return schema;
    }

    private static string TypeOf(JsonElement type) =>
        type.ValueKind is JsonValueKind.String && type.GetString() is { } name && Types.Contains(name) ? name
            : throw new SchemaException($"{Shown.Value(type)} is no type of JSON");

    private static JsonElement? Part(JsonElement schema, string name) => schema.TryGetProperty(name, out var part) ? part : null;

    private static JsonElement.ArrayEnumerator Elements(JsonElement list, string keyword) =>
        list.ValueKind is JsonValueKind.Array ? list.EnumerateArray() : throw new SchemaException($"{keyword} is not a list");

    private static List<JsonProperty> Members(JsonElement schema, string keyword) =>
        !schema.TryGetProperty(keyword, out var members) ? []
        : members.ValueKind is JsonValueKind.Object ? [.. members.EnumerateObject()] : throw new SchemaException($"{keyword} is not an object");

    private static List<string> Names(JsonElement list, string keyword) =>
        [.. Elements(list, keyword).Select(name => name.ValueKind is JsonValueKind.String ? name.GetString()! : throw new SchemaException($"{keyword} holds something other than names"))];

    private static double? Number(JsonElement schema, string keyword) =>
        !schema.TryGetProperty(keyword, out var bound) ? null
        : bound.ValueKind is JsonValueKind.Number ? bound.GetDouble() : throw new SchemaException($"{keyword} is not a number");

    private static int? Count(JsonElement schema, string keyword) => Number(schema, keyword) switch
    {
        null => null,
        >= 0 and var count => (int)Math.Min(count, int.MaxValue),
        _ => throw new SchemaException($"{keyword} is negative"),
    };

    /// <summary>A caller chooses the text, so the pattern must not be able to take long: without backtracking where it can do without.</summary>
    private static Regex Pattern(string pattern)
    {
        try
        {
            try
            {
                return new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, TimeSpan.FromMilliseconds(100));
            }
            catch (NotSupportedException)
            {
                return new Regex(pattern, RegexOptions.CultureInvariant, TimeSpan.FromMilliseconds(100));
            }
        }
        catch (ArgumentException exception)
        {
            throw new SchemaException($"the pattern {Shown.Short(pattern)} cannot be read", exception);
        }
    }
}
