using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using ServiceDefaults.Settings.Catalog;
using Testing;

namespace McpWorker.Tests.Servers;

/// <summary>Servers that others published, hosted as an operator would: every tool, prompt and resource for callers of each era.</summary>
public sealed class PublishedServersTests : IDisposable
{
    private readonly PostgresServer _postgres;
    private readonly string _folder = Directory.CreateTempSubdirectory("published-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public PublishedServersTests(PostgresServer postgres)
    {
        _postgres = postgres;

        // A hosted server may run as a user of its own.
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_folder, (UnixFileMode)0b111_111_111);
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("2026-07-28")]
    [InlineData("2025-11-25")]
    [InlineData("2025-06-18")]
    public async Task Every_tool_of_the_server_of_everything_can_be_called(string version)
    {
        await using var worker = await StartAsync("everything");
        await using var client = await worker.ConnectAsync(version: version, handlers: Callers.Ann());
        var arguments = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["echo"] = """{ "message": "hello" }""",
            ["get-annotated-message"] = """{ "messageType": "success", "includeImage": true }""",
            ["get-resource-reference"] = """{ "resourceType": "Text", "resourceId": 1 }""",
            ["get-structured-content"] = """{ "location": "Chicago" }""",
            ["get-sum"] = """{ "a": 2, "b": 3 }""",
            ["gzip-file-as-resource"] = """{ "name": "a.gz", "data": "data:text/plain,hello", "outputType": "resource" }""",
            ["trigger-long-running-operation"] = """{ "duration": 0.1, "steps": 2 }""",
            ["trigger-sampling-request"] = """{ "prompt": "1+1?", "maxTokens": 10 }""",
            ["trigger-url-elicitation"] = """{ "url": "https://example.com/form" }""",
            ["simulate-research-query"] = """{ "topic": "bridges", "ambiguous": true }""",
        };

        var results = await CallAllAsync(worker, client, "everything", arguments);

        Assert.Equal(17, results.Count);
        Assert.Contains("hello", results["echo"], StringComparison.Ordinal);
        Assert.Contains("5", results["get-sum"], StringComparison.Ordinal);
        Assert.Contains("\"structuredContent\"", results["get-structured-content"], StringComparison.Ordinal);
        Assert.Contains("image/png", results["get-tiny-image"], StringComparison.Ordinal);
        Assert.Contains("two", results["trigger-sampling-request"], StringComparison.Ordinal);
        Assert.Contains("Ann", results["trigger-elicitation-request"], StringComparison.Ordinal);
        Assert.Contains("file:///home/ann", results["get-roots-list"], StringComparison.Ordinal);
        Assert.Contains("bridges", results["simulate-research-query"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_modern_caller_is_asked_by_a_result_what_an_older_server_wants_done_at_a_URL()
    {
        await using var worker = await StartAsync("everything");
        await using var client = await worker.ConnectAsync(version: "2026-07-28");
        var asked = new List<string?>();
        await using var able = await worker.ConnectAsync(version: "2026-07-28", handlers: new McpClientHandlers
        {
            ElicitationHandler = (question, _) =>
            {
                asked.Add(question?.Url);
                return new ValueTask<ElicitResult>(new ElicitResult { Action = "decline" });
            },
        });
        var arguments = new Dictionary<string, object?>(StringComparer.Ordinal) { ["url"] = "https://example.com/form", ["errorPath"] = true };

        var unable = await client.CallToolAsync("everything__trigger-url-elicitation", arguments, cancellationToken: Token);
        await able.CallToolAsync("everything__trigger-url-elicitation", arguments, cancellationToken: Token);

        Assert.True(unable.IsError);
        Assert.Contains("https://example.com/form", asked);
    }

    [Theory]
    [InlineData("2026-07-28")]
    [InlineData("2025-11-25")]
    public async Task Prompts_resources_and_completion_of_the_server_of_everything_pass(string version)
    {
        await using var worker = await StartAsync("everything");
        await using var client = await worker.ConnectAsync(version: version);

        var prompts = await client.ListPromptsAsync(cancellationToken: Token);
        var prompt = await client.GetPromptAsync("everything__args-prompt", new Dictionary<string, object?>(StringComparer.Ordinal) { ["city"] = "Rome" }, cancellationToken: Token);
        var resources = await client.ListResourcesAsync(cancellationToken: Token);
        var templates = await client.ListResourceTemplatesAsync(cancellationToken: Token);
        var document = await client.ReadResourceAsync("demo://resource/static/document/features.md", cancellationToken: Token);
        var made = await client.ReadResourceAsync("demo://resource/dynamic/text/7", cancellationToken: Token);
        var completed = await client.CompleteAsync(new PromptReference { Name = "everything__completable-prompt" }, "department", "E", cancellationToken: Token);

        Assert.Equal(
            ["everything__args-prompt", "everything__completable-prompt", "everything__resource-prompt", "everything__simple-prompt"],
            prompts.Select(each => each.Name).Order(StringComparer.Ordinal));
        Assert.Contains("Rome", Assert.IsType<TextContentBlock>(Assert.Single(prompt.Messages).Content).Text, StringComparison.Ordinal);
        Assert.Equal(7, resources.Count(resource => resource.Uri.StartsWith("demo://", StringComparison.Ordinal)));
        Assert.Contains(templates, template => template.UriTemplate == "demo://resource/dynamic/text/{resourceId}");
        Assert.NotEmpty(Assert.IsType<TextResourceContents>(Assert.Single(document.Contents)).Text);
        Assert.Contains("7", Assert.IsType<TextResourceContents>(Assert.Single(made.Contents)).Text, StringComparison.Ordinal);
        Assert.Equal(["Engineering"], completed.Completion.Values);
    }

    [Theory]
    [InlineData("2026-07-28")]
    [InlineData("2025-11-25")]
    public async Task Every_tool_of_the_memory_server_can_be_called(string version)
    {
        await using var worker = await StartAsync("memory", new JsonObject
        {
            ["env"] = new JsonObject { ["MEMORY_FILE_PATH"] = Path.Combine(_folder, "memory.jsonl") },
            ["writable"] = new JsonArray(_folder),
        });
        await using var client = await worker.ConnectAsync(version: version);
        var arguments = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["create_entities"] = """{ "entities": [{ "name": "Ann", "entityType": "person", "observations": ["likes pizza"] }, { "name": "Bob", "entityType": "person", "observations": [] }] }""",
            ["create_relations"] = """{ "relations": [{ "from": "Ann", "to": "Bob", "relationType": "knows" }] }""",
            ["add_observations"] = """{ "observations": [{ "entityName": "Ann", "contents": ["likes pasta"] }] }""",
            ["read_graph"] = "{}",
            ["search_nodes"] = """{ "query": "pasta" }""",
            ["open_nodes"] = """{ "names": ["Ann"] }""",
            ["delete_observations"] = """{ "deletions": [{ "entityName": "Ann", "observations": ["likes pizza"] }] }""",
            ["delete_relations"] = """{ "relations": [{ "from": "Ann", "to": "Bob", "relationType": "knows" }] }""",
            ["delete_entities"] = """{ "entityNames": ["Bob"] }""",
        };

        var results = await CallAllAsync(worker, client, "memory", arguments);

        Assert.Equal(9, results.Count);
        Assert.Contains("likes pasta", results["search_nodes"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2026-07-28")]
    [InlineData("2025-11-25")]
    public async Task Every_tool_of_the_file_server_can_be_called(string version)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "a.txt"), "alpha\n", Token);
        await File.WriteAllBytesAsync(Path.Combine(_folder, "dot.png"), Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="), Token); // not-a-secret
        await using var worker = await StartAsync("filesystem", new JsonObject { ["writable"] = new JsonArray(_folder) }, _folder);
        await using var client = await worker.ConnectAsync(version: version);
        var arguments = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["read_file"] = """{ "path": "$/a.txt" }""",
            ["read_text_file"] = """{ "path": "$/a.txt" }""",
            ["read_media_file"] = """{ "path": "$/dot.png" }""",
            ["read_multiple_files"] = """{ "paths": ["$/a.txt"] }""",
            ["write_file"] = """{ "path": "$/b.txt", "content": "beta" }""",
            ["edit_file"] = """{ "path": "$/b.txt", "edits": [{ "oldText": "beta", "newText": "gamma" }] }""",
            ["create_directory"] = """{ "path": "$/sub" }""",
            ["list_directory"] = """{ "path": "$" }""",
            ["list_directory_with_sizes"] = """{ "path": "$" }""",
            ["directory_tree"] = """{ "path": "$" }""",
            ["move_file"] = """{ "source": "$/b.txt", "destination": "$/sub/b.txt" }""",
            ["search_files"] = """{ "path": "$", "pattern": "a.txt" }""",
            ["get_file_info"] = """{ "path": "$/a.txt" }""",
            ["list_allowed_directories"] = "{}",
        }.ToDictionary(entry => entry.Key, entry => entry.Value.Replace("$", _folder, StringComparison.Ordinal), StringComparer.Ordinal);

        var results = await CallAllAsync(worker, client, "filesystem", arguments);

        Assert.Equal(14, results.Count);
        Assert.Contains("alpha", results["read_text_file"], StringComparison.Ordinal);
        Assert.Equal("gamma", await File.ReadAllTextAsync(Path.Combine(_folder, "sub", "b.txt"), Token));
    }

    /// <summary>Calls each tool that is listed, those with arguments in the order they are given; every one must succeed.</summary>
    private static async Task<Dictionary<string, string>> CallAllAsync(WorkerApp worker, McpClient client, string server, Dictionary<string, string> arguments)
    {
        var listed = await client.ListToolsAsync(cancellationToken: Token);
        var own = listed.Select(tool => tool.Name).Where(name => name.StartsWith($"{server}__", StringComparison.Ordinal)).Select(name => name[(server.Length + 2)..]).ToList();
        var results = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in arguments.Keys.Concat(own.Except(arguments.Keys, StringComparer.Ordinal)))
        {
            Assert.Contains(name, own);
            var with = JsonSerializer.Deserialize<Dictionary<string, object?>>(arguments.GetValueOrDefault(name, "{}"));
            var result = await client.CallToolAsync($"{server}__{name}", with, cancellationToken: Token);
            results[name] = JsonSerializer.Serialize(result, ModelContextProtocol.McpJsonUtilities.DefaultOptions);
            Assert.True(result.IsError is not true, $"{name}: {results[name]}");
        }

        return results;
    }

    private async Task<WorkerApp> StartAsync(string server, JsonObject? more = null, params string[] arguments)
    {
        var definition = new JsonObject
        {
            ["command"] = NodePrograms.Node,
            ["args"] = new JsonArray([NodePrograms.Script($"@modelcontextprotocol/server-{server}/dist/index.js"), .. arguments.Select(argument => JsonValue.Create(argument))]),
            ["readable"] = new JsonArray(NodePrograms.Folder),
        };
        foreach (var (key, value) in more ?? [])
        {
            definition[key] = value?.DeepClone();
        }

        var worker = await WorkerApp.StartAsync(
            _postgres,
            new ModuleOptions { Enabled = ["media"] },
            services => services.Configure<ServersOptions>(options => options.Servers = new JsonObject { [server] = definition }.ToJsonString()));
        _ = worker.Server;
        await worker.Log.WaitForAsync(entry => entry.Event.Name == "server_published", Token);
        return worker;
    }
}
