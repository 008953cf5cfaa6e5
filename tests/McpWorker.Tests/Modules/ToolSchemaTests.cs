using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;
using ServiceDefaults.Settings.Catalog;
using Testing;

namespace McpWorker.Tests.Modules;

/// <summary>
/// Callers are written for the tools as they were released. ToolSchemas.json has them; whoever changes a tool so that such a
/// caller breaks gives it a new major version and keeps the old one beside it.
/// </summary>
[Trait("Requirement", "S-153")]
public sealed class ToolSchemaTests(PostgresServer postgres)
{
    private const string Update = "UPDATE_TOOL_SCHEMAS";

    private static readonly JsonSerializerOptions Written = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_shipped_tool_changed_in_a_way_that_breaks_its_callers()
    {
        var released = Path.Combine(Folder(), "ToolSchemas.json");
        await using var worker = await WorkerApp.StartAsync(postgres, new ModuleOptions());
        await using var client = await worker.ConnectAsync();
        var served = new JsonObject((await client.ListToolsAsync(cancellationToken: Token))
            .OrderBy(tool => tool.Name, StringComparer.Ordinal).Select(tool => KeyValuePair.Create(tool.Name, (JsonNode?)Entry(tool.ProtocolTool))));
        var now = $"{served.ToJsonString(Written)}\n";
        if (Environment.GetEnvironmentVariable(Update) is "1")
        {
            await File.WriteAllTextAsync(released, now, Token);
        }

        var before = await File.ReadAllTextAsync(released, Token);
        var breaches = BreachesOf(JsonDocument.Parse(before).RootElement, JsonDocument.Parse(now).RootElement).ToList();

        Assert.True(breaches.Count == 0, $"""
            These changes break callers of a released tool:
              {string.Join("\n  ", breaches)}
            Keep the method as it was with [ToolVersion("1.0", Deprecated = "<day>")], and put the new one beside it with [ToolVersion("2.0")].
            """);
        Assert.True(before == now, $"Tools changed in ways that break nobody. Write them down: {Update}=1 dotnet test --filter {nameof(ToolSchemaTests)}");
    }

    [Theory]
    [InlineData("""{"properties":{"a":{"type":"string"}}}""", """{"properties":{}}""", "argument a is gone")]
    [InlineData("""{"properties":{"a":{"type":"string"}}}""", """{"properties":{"a":{"type":"integer"}}}""", "argument a. was string and is integer")]
    [InlineData("""{"properties":{"a":{"type":["string","null"]}}}""", """{"properties":{"a":{"type":"string"}}}""", "argument a. was null and is string")]
    [InlineData("""{"properties":{"a":true}}""", """{"properties":{"a":true},"required":["a"]}""", "argument a is required now")]
    [InlineData("""{"properties":{"a":{"maximum":9}}}""", """{"properties":{"a":{"maximum":8}}}""", "argument a. has the tighter maximum 8")]
    [InlineData("""{"properties":{"a":{}}}""", """{"properties":{"a":{"minLength":1}}}""", "argument a. has the tighter minLength 1")]
    [InlineData("""{"properties":{"a":{"enum":[1,2]}}}""", """{"properties":{"a":{"enum":[1]}}}""", "argument a. has fewer values")]
    [InlineData("""{"properties":{"a":{"items":{"properties":{"b":{}}}}}}""", """{"properties":{"a":{"items":{}}}}""", "argument a[].b is gone")]
    public void A_narrower_argument_is_a_breach(string old, string now, string breach) =>
        Assert.Equal([breach], SchemaDiff.OfInput(JsonDocument.Parse(old).RootElement, JsonDocument.Parse(now).RootElement));

    [Theory]
    [InlineData("""{"properties":{"a":{"type":"string"}}}""", """{"properties":{}}""", "result a is gone")]
    [InlineData("""{"properties":{"a":{"type":"string"}}}""", """{"properties":{"a":{"type":["string","null"]}}}""", "result a. was string and may be null")]
    [InlineData("""{"properties":{"a":{}},"required":["a"]}""", """{"properties":{"a":{}}}""", "result a may be absent now")]
    public void A_poorer_result_is_a_breach(string old, string now, string breach) =>
        Assert.Equal([breach], SchemaDiff.OfOutput(JsonDocument.Parse(old).RootElement, JsonDocument.Parse(now).RootElement));

    [Theory]
    [InlineData("""{"properties":{"a":{"type":"string","maxLength":5}}}""", """{"properties":{"a":{"type":["string","null"],"maxLength":6},"b":{}}}""")]
    [InlineData("""{"properties":{"a":{"enum":[1]}},"required":["a"]}""", """{"properties":{"a":{"enum":[1,2]}}}""")]
    public void A_wider_argument_is_none(string old, string now) =>
        Assert.Empty(SchemaDiff.OfInput(JsonDocument.Parse(old).RootElement, JsonDocument.Parse(now).RootElement));

    [Theory]
    [InlineData("""{"t":{"major":1,"deprecated":false,"input":{}}}""", "{}", 1)]
    [InlineData("""{"t_v1":{"major":1,"deprecated":true,"input":{}}}""", "{}", 0)]
    [InlineData("""{"t":{"major":1,"deprecated":false,"input":{}}}""", """{"t":{"major":1,"deprecated":false,"input":{"required":["a"]}}}""", 1)]
    [InlineData("""{"t":{"major":1,"deprecated":false,"input":{}}}""", """{"t":{"major":2,"deprecated":false,"input":{"required":["a"]}},"t_v1":{"major":1,"deprecated":true,"input":{}}}""", 0)]
    [InlineData("""{"t":{"major":1,"deprecated":false,"input":{}}}""", """{"t":{"major":2,"deprecated":false,"input":{}}}""", 1)]
    public void A_new_major_version_may_break_when_the_old_one_stays_beside_it(string old, string now, int breaches) =>
        Assert.Equal(breaches, BreachesOf(JsonDocument.Parse(old).RootElement, JsonDocument.Parse(now).RootElement).Count());

    private static IEnumerable<string> BreachesOf(JsonElement old, JsonElement now)
    {
        foreach (var tool in old.EnumerateObject())
        {
            var major = tool.Value.GetProperty("major").GetInt32();
            var name = now.TryGetProperty(tool.Name, out var same) && same.GetProperty("major").GetInt32() == major ? tool.Name : $"{tool.Name}_v{major}";
            if (!now.TryGetProperty(name, out var kept))
            {
                if (!tool.Value.GetProperty("deprecated").GetBoolean())
                {
                    yield return $"{tool.Name}: version {major} is gone";
                }

                continue;
            }

            var hadOutput = tool.Value.TryGetProperty("output", out var output);
            foreach (var breach in SchemaDiff.OfInput(tool.Value.GetProperty("input"), kept.GetProperty("input"))
                .Concat(!hadOutput ? [] : kept.TryGetProperty("output", out var told) ? SchemaDiff.OfOutput(output, told) : ["its structured result is gone"]))
            {
                yield return $"{tool.Name}: {breach}";
            }
        }
    }

    private static JsonObject Entry(Tool tool)
    {
        var entry = new JsonObject
        {
            ["major"] = int.Parse(tool.Meta!["version"]!.GetValue<string>().Split('.')[0]),
            ["deprecated"] = tool.Meta["deprecated"]!.GetValue<bool>(),
            ["input"] = JsonObject.Create(tool.InputSchema),
        };
        if (tool.OutputSchema is { } output)
        {
            entry["output"] = JsonObject.Create(output);
        }

        return entry;
    }

    private static string Folder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
