using System.Text.Json;
using McpWorker.Arguments;

namespace McpWorker.Tests.Arguments;

/// <summary>The keywords of JSON Schema 2020-12 that decide about arguments.</summary>
[Trait("Requirement", "S-155")]
public sealed class JsonSchemaTests
{
    [Theory]
    [InlineData("""{"type":"string"}""", "\"a\"")]
    [InlineData("""{"type":["string","null"]}""", "null")]
    [InlineData("""{"type":"integer"}""", "3.0")]
    [InlineData("""{"type":"integer"}""", "1e3")]
    [InlineData("""{"enum":["a",{"b":[1]}]}""", """{"b":[1]}""")]
    [InlineData("""{"minimum":1,"exclusiveMaximum":2}""", "1.5")]
    [InlineData("""{"multipleOf":0.1}""", "0.3")]
    [InlineData("""{"maxLength":2}""", "\"😀😀\"")]
    [InlineData("""{"pattern":"^(a+)+$"}""", "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaa\"")]
    [InlineData("""{"minimum":3}""", "\"not a number, so not its business\"")]
    [InlineData("""{"prefixItems":[{"type":"string"}],"items":{"type":"integer"}}""", "[\"a\",1,2]")]
    [InlineData("""{"items":[{"type":"string"}],"additionalItems":{"type":"integer"}}""", "[\"a\",1,2]")]
    [InlineData("""{"contains":{"const":2},"maxContains":1}""", "[1,2,3]")]
    [InlineData("""{"patternProperties":{"^x-":{"type":"string"}},"additionalProperties":false}""", """{"x-a":"b"}""")]
    [InlineData("""{"$defs":{"n":{"type":"object","properties":{"next":{"$ref":"#/$defs/n"}}}},"$ref":"#/$defs/n"}""", """{"next":{"next":{}}}""")]
    [InlineData("""{"$defs":{"a/b":{"$anchor":"word","type":"string"}},"properties":{"x":{"$ref":"#word"},"y":{"$ref":"#/$defs/a~1b"}}}""", """{"x":"1","y":"2"}""")]
    [InlineData("""{"if":{"properties":{"a":{"const":1}}},"then":{"required":["b"]},"else":{"required":["c"]}}""", """{"a":2,"c":1}""")]
    [InlineData("""{"oneOf":[{"type":"string"},{"type":"integer"}]}""", "1")]
    [InlineData("""{"not":{"type":"string"}}""", "1")]
    [InlineData("""{"no-such-keyword":{"type":"string"},"format":"date"}""", "\"17\"")]
    [InlineData("true", "17")]
    public void It_lets_pass_what_fits(string schema, string value) => Assert.Equal("", Check(schema, value));

    [Theory]
    [InlineData("""{"type":"string"}""", "17", "The arguments as a whole is the number 17; it must be a text.")]
    [InlineData("""{"type":"integer"}""", "1.5", "it must be a whole number")]
    [InlineData("""{"properties":{"limit":{"minimum":1,"maximum":100}}}""", """{"limit":0}""", "Argument 'limit' is 0; it must be from 1 to 100.")]
    [InlineData("""{"properties":{"a":{"items":{"required":["b"]}}}}""", """{"a":[{"b":1},{}]}""", "Argument 'a[1].b' is missing; pass it.")]
    [InlineData("""{"properties":{"a":true,"b":true},"additionalProperties":false}""", """{"c":1}""", "Argument 'c' is not known; known are: a, b.")]
    [InlineData("""{"properties":{"a":{"enum":["x","y"]}}}""", """{"a":"z"}""", "Argument 'a' is \"z\"; it must be one of \"x\", \"y\".")]
    [InlineData("""{"properties":{"a":{"maxLength":2}}}""", """{"a":"xyz"}""", "Argument 'a' has 3 characters; at most 2 fit. Shorten it.")]
    [InlineData("""{"minLength":1}""", "\"\"", "is empty; fill it in")]
    [InlineData("""{"pattern":"^[a-z]+$"}""", "\"A\"", "does not have the form ^[a-z]+$")]
    [InlineData("""{"multipleOf":5}""", "7", "must be a multiple of 5")]
    [InlineData("""{"exclusiveMinimum":0}""", "0", "must be more than 0")]
    [InlineData("""{"maxItems":1}""", "[1,2]", "has 2 elements; at most 1 fit")]
    [InlineData("""{"uniqueItems":true}""", """[{"a":1,"b":2},{"b":2,"a":1}]""", "has an element twice")]
    [InlineData("""{"additionalProperties":{"type":"integer"}}""", """{"a":"b"}""", "Argument 'a' is a text; it must be a whole number.")]
    [InlineData("""{"propertyNames":{"maxLength":1}}""", """{"ab":1}""", "has a name that is not allowed here")]
    [InlineData("""{"dependentRequired":{"a":["b"]}}""", """{"a":1}""", "Argument 'b' is missing; 'a' needs it.")]
    [InlineData("""{"oneOf":[{"type":"integer"},{"minimum":0}]}""", "1", "must fit exactly one")]
    [InlineData("""{"anyOf":[{"required":["a"]},{"required":["b"]}]}""", "{}", "fits none of the 2 forms")]
    [InlineData("""{"allOf":[{"required":["a"]}]}""", "{}", "'a' is missing")]
    [InlineData("""{"not":{"type":"string"}}""", "\"\"", "excludes")]
    [InlineData("false", "1", "is not allowed here")]
    public void It_names_the_argument_the_bound_and_the_cure(string schema, string value, string expected) =>
        Assert.Contains(expected, Check(schema, value), StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"type":"text"}""", "no type of JSON")]
    [InlineData("""{"properties":[]}""", "properties is not an object")]
    [InlineData("""{"properties":{"a":17}}""", "where a schema is needed")]
    [InlineData("""{"pattern":"("}""", "cannot be read")]
    [InlineData("""{"minLength":-1}""", "negative")]
    [InlineData("""{"$ref":"#/$defs/none"}""", "does not have")]
    [InlineData("""{"properties":{"a":{"$ref":"https://schemas.example/secret.json"}}}""", "nothing is fetched")]
    public void What_is_no_schema_is_refused_with_the_reason(string schema, string reason)
    {
        var refused = Assert.Throws<SchemaException>(() => JsonSchema.Read(Parse(schema)));

        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_schema_that_refers_to_itself_without_end_ends()
    {
        var schema = JsonSchema.Read(Parse("""{"$defs":{"a":{"$ref":"#/$defs/b"},"b":{"$ref":"#/$defs/a"}},"$ref":"#/$defs/a"}"""));

        Assert.Throws<SchemaException>(() => schema.Check(Parse("1"), new Findings()));
    }

    [Fact]
    public void No_more_is_told_than_somebody_mends_at_once()
    {
        var findings = Check("""{"additionalProperties":false}""", $$"""{{{string.Join(',', Enumerable.Range(0, 100).Select(i => $"\"a{i}\":1"))}}}""");

        Assert.Equal(5, findings.Split("is not known").Length - 1);
    }

    private static string Check(string schema, string value)
    {
        var findings = new Findings();
        JsonSchema.Read(Parse(schema)).Check(Parse(value), findings);
        return findings.ToString();
    }

    private static JsonElement Parse(string json) => JsonDocument.Parse(json).RootElement;
}
