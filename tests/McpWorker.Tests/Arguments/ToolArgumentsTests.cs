using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using McpModules;
using McpWorker.Modules;
using McpWorker.Tools;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol;
using ModelContextProtocol.Server;
using ServiceDefaults.Settings.Catalog;
using Testing;

namespace McpWorker.Tests.Arguments;

[Trait("Requirement", "S-155")]
public sealed class ToolArgumentsTests(PostgresServer postgres)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("{}", "Argument 'name' is missing; pass it.")]
    [InlineData("""{"name":17}""", "Argument 'name' is the number 17; it must be a text.")]
    [InlineData("""{"name":"Ann","guests":13}""", "Argument 'guests' is 13; it must be from 1 to 12.")]
    [InlineData("""{"name":"Ann","guests":"two"}""", "Argument 'guests' is a text; it must be a whole number.")]
    [InlineData("""{"name":"Ann","guests":3.0}""", "Argument 'guests' is 3.0; it must be a whole number")]
    [InlineData("""{"name":""}""", "Argument 'name' is empty; fill it in.")]
    [InlineData("""{"name":"Ann-Katherine-Elisabeth"}""", "at most 20 fit")]
    [InlineData("""{"name":"Ann","gusts":3}""", "Argument 'gusts' is not known; known are: at, colour, guests, name, options, wishes.")]
    [InlineData("""{"name":"Ann","at":"tomorrow"}""", "Argument 'at' is \"tomorrow\"; it must be a date and time such as")]
    [InlineData("""{"name":"Ann","colour":"Blue"}""", "Argument 'colour' is \"Blue\"; it must be one of")]
    [InlineData("""{"name":"Ann","wishes":["a","b","c","d"]}""", "Argument 'wishes' has 4 elements; at most 3 fit.")]
    [InlineData("""{"name":"Ann","wishes":["a",2]}""", "Argument 'wishes[1]' is the number 2; it must be a text.")]
    [InlineData("""{"name":"Ann","options":{"depth":"x"}}""", "Argument 'options.depth' is a text; it must be a whole number.")]
    public async Task Arguments_that_do_not_fit_are_refused_before_the_tool_runs(string arguments, string expected)
    {
        await using var worker = await StartAsync();
        using var metrics = new RecordedMetrics(worker.Services);
        await using var client = await worker.ConnectAsync();

        var refused = await Assert.ThrowsAsync<McpProtocolException>(async () => await client.CallToolAsync("strict_book", Parse(arguments), cancellationToken: Token));

        Assert.Equal(McpErrorCode.InvalidParams, refused.ErrorCode);
        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
        Assert.Contains("call 'strict_book' again", refused.Message, StringComparison.Ordinal);
        Assert.Equal(0, ModuleOf(worker).Runs);
        Assert.Empty(metrics.Series("tools_executed_total"));
    }

    [Fact]
    [Trait("Requirement", "S-212")]
    public async Task What_a_refused_argument_holds_is_told_to_its_caller_and_not_to_the_log()
    {
        await using var worker = await StartAsync();
        await using var client = await worker.ConnectAsync();

        var refused = await Assert.ThrowsAsync<McpProtocolException>(
            async () => await client.CallToolAsync("strict_book", Parse("""{"name":"Ann","at":"zq-planted"}"""), cancellationToken: Token));
        await worker.Log.WaitForAsync(entry => entry.Event.Name == "tool_arguments_refused", Token);

        Assert.Contains("zq-planted", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(worker.Log.Entries, entry => $"{entry.Message} {entry.Exception}".Contains("zq-planted", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Arguments_that_fit_reach_the_tool()
    {
        await using var worker = await StartAsync();
        await using var client = await worker.ConnectAsync();

        var booked = await client.CallToolAsync(
            "strict_book",
            Parse("""{"name":"Ann","guests":12,"at":"2026-07-28T12:00:00Z","colour":"Green","wishes":["window"],"options":{"depth":1,"inner":{"depth":2}}}"""),
            cancellationToken: Token);

        Assert.Equal("Ann, 12, 2026-07-28T12:00:00.0000000+00:00, Green, 1, 1", booked.TextOf());
    }

    [Fact]
    public async Task Arguments_nested_too_deep_are_refused_by_their_name()
    {
        await using var worker = await StartAsync();
        await using var client = await worker.ConnectAsync();
        var deep = string.Concat(Enumerable.Repeat("{\"depth\":1,\"inner\":", 40)) + "null" + new string('}', 40);

        var refused = await Assert.ThrowsAsync<McpProtocolException>(async () => await client.CallToolAsync(
            "strict_book", Parse($$"""{"name":"Ann","options":{{deep}}}"""), cancellationToken: Token));

        Assert.Contains("Argument 'options' is nested more than 32 deep; flatten it.", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_tool_tells_its_purpose_its_arguments_and_how_safe_it_is()
    {
        await using var worker = await WorkerApp.StartAsync(postgres, new ModuleOptions());
        await using var client = await worker.ConnectAsync();

        var tools = await client.ListToolsAsync(cancellationToken: Token);

        Assert.All(tools, tool =>
        {
            Assert.NotEmpty(tool.Description);
            Assert.False(tool.JsonSchema.GetProperty("additionalProperties").GetBoolean());
            Assert.All(tool.JsonSchema.GetProperty("properties").EnumerateObject(), argument => Assert.True(argument.Value.TryGetProperty("description", out _), argument.Name));
            var hints = tool.ProtocolTool.Annotations!;
            Assert.True(hints.ReadOnlyHint is not null && hints.IdempotentHint is not null && hints.OpenWorldHint is not null, tool.Name);
            Assert.True(hints.ReadOnlyHint is true || hints.DestructiveHint is not null, tool.Name);
        });
        var limit = tools.Single(tool => tool.Name == "media_list").JsonSchema.GetProperty("properties").GetProperty("limit");
        Assert.Equal((1, 100), (limit.GetProperty("minimum").GetInt32(), limit.GetProperty("maximum").GetInt32()));
    }

    [Fact]
    public async Task A_schema_of_another_server_that_cannot_be_used_lets_everything_pass_and_one_that_can_is_enforced()
    {
        await using var worker = await StartAsync();
        Publish(worker, """{"type":"object","properties":{"a":{"$ref":"https://schemas.example/a.json"}}}""");
        await using var client = await worker.ConnectAsync();

        var passed = await client.CallAsync("odd__say", ("a", "1"));
        Publish(worker, """{"type":"object","anyOf":[{"required":["a","b"]},{"required":["c"]}]}""");
        var refused = await Assert.ThrowsAsync<McpProtocolException>(async () => await client.CallAsync("odd__say", ("a", "1")));

        Assert.Equal("1", passed.TextOf());
        Assert.Contains("fits none of the 2 forms", refused.Message, StringComparison.Ordinal);
        var unusable = Assert.Single(worker.Log.Entries, entry => entry.Event.Name == "tool_schema_unusable");
        Assert.Contains("nothing is fetched", unusable.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_module_with_a_schema_that_cannot_be_used_does_not_start_and_its_tool_is_named()
    {
        var refused = Assert.Throws<InvalidOperationException>(() => ModuleOffer.Of(new UnusableModule(), new ServiceCollection().BuildServiceProvider()));

        Assert.Contains("Tool 'say' of module 'unusable' has no usable schema: the pattern (", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>As a bridge does.</summary>
    private static void Publish(WorkerApp worker, string schema)
    {
        var address = new ToolAddress("odd", "say", "odd__say", "");
        worker.Services.GetRequiredService<ToolCatalog>().Publish("odd", new Offer { Tools = [new(Tool("say"), Tool("odd__say"))] });

        McpServerTool Tool(string name)
        {
            var tool = McpServerTool.Create((string a) => a, new McpServerToolCreateOptions { Name = name, Metadata = [address] });
            tool.ProtocolTool.InputSchema = JsonDocument.Parse(schema).RootElement;
            return tool;
        }
    }

    private static Dictionary<string, object?> Parse(string json) =>
        JsonDocument.Parse(json).RootElement.EnumerateObject().ToDictionary(member => member.Name, member => (object?)member.Value, StringComparer.Ordinal);

    private static StrictModule ModuleOf(WorkerApp worker) => worker.Services.GetServices<Module>().OfType<StrictModule>().Single();

    [McpServerToolType]
    private sealed class UnusableModule : Module
    {
        public override string Name => "unusable";

        [McpServerTool(Name = "say"), Description("Says.")]
        public static string Say([Description("What."), RegularExpression("(")] string what) => what;
    }

    private Task<WorkerApp> StartAsync() =>
        WorkerApp.StartAsync(postgres, new ModuleOptions { Enabled = ["strict"] }, services => services.AddModule<StrictModule>());
}
