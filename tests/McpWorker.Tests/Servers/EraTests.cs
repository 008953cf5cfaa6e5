using System.Text.Json;
using System.Text.Json.Nodes;
using McpWorker.Servers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using ServiceDefaults.Settings.Catalog;
using Testing;

namespace McpWorker.Tests.Servers;

/// <summary>Callers and servers of either era over a pipe: what is declared and what is answered passes whole.</summary>
public sealed class EraTests(PostgresServer postgres)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("2026-07-28", null)]
    [InlineData("2026-07-28", "2025-11-25")]
    [InlineData("2026-07-28", "2025-06-18")]
    [InlineData("2025-11-25", null)]
    [InlineData("2025-11-25", "2025-11-25")]
    [InlineData("2025-06-18", null)]
    [InlineData("2025-06-18", "2025-06-18")]
    public async Task A_tool_passes_with_all_that_is_said_of_it_and_all_it_answers(string caller, string? server)
    {
        await using var worker = await StartAsync(options => options.ProtocolVersion = server);
        await using var client = await worker.ConnectAsync(version: caller);

        var tool = (await client.ListToolsAsync(cancellationToken: Token)).Single(each => each.Name == "s__weather").ProtocolTool;
        var result = await client.CallAsync("s__weather", ("city", "Rome"));
        var prompt = await client.GetPromptAsync("s__greet", new Dictionary<string, object?>(StringComparer.Ordinal) { ["name"] = "Ann" }, cancellationToken: Token);
        var resource = await client.ReadResourceAsync("weather://Rome/now", cancellationToken: Token);

        Assert.Equal("The weather", tool.Title);
        Assert.True(tool.Annotations!.ReadOnlyHint);
        Assert.Equal("https://example.com/sun.png", Assert.Single(tool.Icons!).Source);
        Assert.Equal("team-a", tool.Meta!["example.com/owner"]!.GetValue<string>());
        Assert.Equal("number", tool.OutputSchema!.Value.GetProperty("properties").GetProperty("degrees").GetProperty("type").GetString());
        Assert.Equal(21.5, result.StructuredContent!.Value.GetProperty("degrees").GetDouble());
        Assert.Equal("abc", result.Meta!["example.com/trace"]!.GetValue<string>());
        Assert.Equal("Hello, Ann!", Assert.IsType<TextContentBlock>(Assert.Single(prompt.Messages).Content).Text);
        Assert.Equal("Sunny in Rome", Assert.IsType<TextResourceContents>(Assert.Single(resource.Contents)).Text);
    }

    [Fact]
    public async Task What_cannot_be_offered_is_left_out_and_spoils_nothing()
    {
        await using var worker = await StartAsync(_ => { }, raw: true);
        await using var client = await worker.ConnectAsync();

        var tools = (await client.ListToolsAsync(cancellationToken: Token)).Where(tool => tool.Name.StartsWith("s__", StringComparison.Ordinal)).ToList();

        Assert.Equal(["s__good", "s__reference"], tools.Select(tool => tool.Name).Order(StringComparer.Ordinal));
        Assert.Equal(3, worker.Log.Entries.Count(entry => entry.Event.Name == "server_entry_left_out"));
    }

    private static void Describe(McpServerOptions options)
    {
        options.ToolCollection =
        [
            McpServerTool.Create(
                (string city) => new CallToolResult
                {
                    Content = [new TextContentBlock { Text = $"21.5 in {city}" }],
                    StructuredContent = JsonSerializer.SerializeToElement(new { degrees = 21.5 }),
                    Meta = new JsonObject { ["example.com/trace"] = "abc" },
                },
                new McpServerToolCreateOptions
                {
                    Name = "weather",
                    Title = "The weather",
                    ReadOnly = true,
                    UseStructuredContent = true,
                    Icons = [new Icon { Source = "https://example.com/sun.png" }],
                    Meta = new JsonObject { ["example.com/owner"] = "team-a" },
                    OutputSchema = JsonSerializer.SerializeToElement(new { type = "object", properties = new { degrees = new { type = "number" } } }),
                }),
        ];
        options.PromptCollection = [McpServerPrompt.Create((string name) => $"Hello, {name}!", new McpServerPromptCreateOptions { Name = "greet" })];
        options.ResourceCollection =
        [
            McpServerResource.Create((string city) => $"Sunny in {city}", new McpServerResourceCreateOptions { UriTemplate = "weather://{city}/now", Name = "weather" }),
        ];
    }

    /// <summary>A list as no SDK would send it.</summary>
    private static JsonNode OddTools() => JsonNode.Parse("""
        {
          "tools": [
            { "name": "good", "inputSchema": { "type": "object" } },
            { "name": "no_object", "inputSchema": { "type": "string" } },
            { "name": "", "inputSchema": { "type": "object" } },
            { "inputSchema": { "type": "object" } },
            { "name": "reference", "inputSchema": { "type": "object", "properties": { "a": { "$ref": "https://192.0.2.1/schema.json" } } } }
          ]
        }
        """)!;

    private async Task<WorkerApp> StartAsync(Action<McpServerOptions> alter, bool raw = false)
    {
        var servers = new PipedServers((options, _) =>
        {
            Describe(options);
            alter(options);
            if (raw)
            {
                options.Filters.Message.OutgoingFilters.Add(next => (context, cancellationToken) =>
                {
                    if (context.JsonRpcMessage is JsonRpcResponse { Result: JsonObject result } && result.ContainsKey("tools"))
                    {
                        result["tools"] = OddTools()["tools"]!.DeepClone();
                    }

                    return next(context, cancellationToken);
                });
            }
        });
        var worker = await WorkerApp.StartAsync(
            postgres,
            new ModuleOptions { Enabled = ["media"] },
            services => services.RemoveAll<IServerLinks>().AddSingleton<IServerLinks>(servers)
                .Configure<ServersOptions>(options => options.Servers = PipedServers.Definition("s")));
        _ = worker.Server;
        await worker.Log.WaitForAsync(entry => entry.Event.Name == "server_published", Token);
        return worker;
    }
}
