using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using ServiceDefaults.Settings.Catalog;
using Testing;

#pragma warning disable MCP9005 // sampling is deprecated, and clients of today still do it

namespace McpWorker.Tests.Protocol;

/// <summary>The official C# client in every protocol version it can speak.</summary>
public sealed class ClientTests(PostgresServer postgres)
{
    public static readonly TheoryData<string> Versions = ["2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [Trait("Requirement", "S-155")]
    [MemberData(nameof(Versions))]
    public async Task Tools_ask_the_user_and_the_users_model(string version)
    {
        await using var worker = await StartAsync();
        await using var client = await worker.ConnectAsync(version: version, path: "/mcp/diagnostics", handlers: new McpClientHandlers
        {
            ElicitationHandler = (_, _) => ValueTask.FromResult(new ElicitResult
            {
                Action = "accept",
                Content = new Dictionary<string, JsonElement>(StringComparer.Ordinal) { ["name"] = JsonSerializer.SerializeToElement("Ann"), ["color"] = JsonSerializer.SerializeToElement("red") },
            }),
            SamplingHandler = (_, _, _) => ValueTask.FromResult(new CreateMessageResult
            {
                Model = "test", Role = Role.Assistant, Content = [new TextContentBlock { Text = "Paris" }],
            }),
        });

        var greeting = await client.CallAsync("test_input_required_result_elicitation");
        var twoRounds = await client.CallAsync("test_input_required_result_multi_round");
        var sampled = await client.CallAsync("test_input_required_result_sampling");

        Assert.Equal(version, client.NegotiatedProtocolVersion);
        Assert.Equal("Hello, Ann!", greeting.TextOf());
        Assert.Equal("Ann likes red.", twoRounds.TextOf());
        Assert.Equal("The model says: Paris", sampled.TextOf());
    }

    [Theory]
    [Trait("Requirement", "S-155")]
    [MemberData(nameof(Versions))]
    public async Task Progress_is_heard_while_the_tool_works_and_a_cancelled_call_stops_it(string version)
    {
        await using var worker = await StartAsync();
        await using var client = await worker.ConnectAsync(version: version, path: "/mcp/diagnostics");
        var heard = new ConcurrentQueue<float>();
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);

        await client.CallToolAsync(
            "test_tool_with_progress", progress: new Now<ProgressNotificationValue>(news => heard.Enqueue(news.Progress)), cancellationToken: Token);
        var waiting = client.SendRequestAsync(
            new JsonRpcRequest { Id = new RequestId("slow"), Method = RequestMethods.ToolsCall, Params = new JsonObject { ["name"] = "test_wait", ["arguments"] = new JsonObject() } },
            cancel.Token);
        await worker.Log.WaitForAsync(entry => entry.Event.Name == "tool_execution_started" && Equals(entry.Fields["Tool"], "diagnostics_test_wait"), Token);
        if (version != "2026-07-28")
        {
            // Older versions do not take a client that leaves for one that cancels.
            await client.SendNotificationAsync(NotificationMethods.CancelledNotification, new CancelledNotificationParams { RequestId = new RequestId("slow") }, cancellationToken: Token);
            await StoppedAsync(worker);
        }

        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => waiting);
        await StoppedAsync(worker);
        var after = await client.CallAsync("test_simple_text");

        await Until.EqualAsync(3, () => heard.Count);
        Assert.Equal([0, 50, 100], heard);
        Assert.StartsWith("This is", after.TextOf(), StringComparison.Ordinal);
    }

    [Theory]
    [Trait("Requirement", "S-152")]
    [MemberData(nameof(Versions))]
    public async Task Prompts_and_resources_and_templates_are_listed_and_read(string version)
    {
        await using var worker = await StartAsync();
        await using var client = await worker.ConnectAsync(version: version, path: "/mcp/diagnostics");

        var prompts = await client.ListPromptsAsync(cancellationToken: Token);
        var prompt = await client.GetPromptAsync("test_prompt_with_arguments", new Dictionary<string, object?>(StringComparer.Ordinal) { ["arg1"] = "a", ["arg2"] = "b" }, cancellationToken: Token);
        var resources = await client.ListResourcesAsync(cancellationToken: Token);
        var templates = await client.ListResourceTemplatesAsync(cancellationToken: Token);
        var read = await client.ReadResourceAsync("test://template/123/data", cancellationToken: Token);

        Assert.Equal(5, prompts.Count);
        Assert.Equal("Prompt with arguments: arg1='a', arg2='b'", Assert.IsType<TextContentBlock>(Assert.Single(prompt.Messages).Content).Text);
        Assert.Equal(["test://static-binary", "test://static-text", "test://watched-resource"], resources.Select(resource => resource.Uri));
        Assert.Equal("test://template/{id}/data", Assert.Single(templates).UriTemplate);
        Assert.Contains("Data for ID: 123", Assert.IsType<TextResourceContents>(Assert.Single(read.Contents)).Text, StringComparison.Ordinal);
    }

    private static Task<LoggedEntry> StoppedAsync(WorkerApp worker) =>
        worker.Log.WaitForAsync(entry => entry.Event.Name == "tool_execution_failed" && Equals(entry.Fields["Tool"], "diagnostics_test_wait"), Token);

    private Task<WorkerApp> StartAsync() => WorkerApp.StartAsync(postgres, new ModuleOptions { Enabled = ["diagnostics"] });

    /// <summary>Hears news in their order; <see cref="Progress{T}"/> passes them to the thread pool.</summary>
    private sealed class Now<T>(Action<T> hear) : IProgress<T>
    {
        public void Report(T value) => hear(value);
    }
}
