using System.Text.Json;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using Testing;

#pragma warning disable MCP9005 // sampling is deprecated, and clients of today still do it

namespace AppHost.Tests.EndToEnd;

/// <summary>The protocol through the gateway, before two workers: what is asked, told and cancelled finds its way back.</summary>
[Collection(RunningPlatform.Name)]
public sealed class ProtocolTests(PlatformFixture platform)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [Trait("Requirement", "S-157")]
    [InlineData("2025-03-26")]
    [InlineData("2025-06-18")]
    [InlineData("2025-11-25")]
    [InlineData("2026-07-28")]
    public async Task A_tool_asks_the_user_and_the_users_model_and_reports_progress(string version)
    {
        await using var client = await platform.ConnectAsync("/mcp/diagnostics", platform.AdminKey, Token, version, new McpClientHandlers
        {
            ElicitationHandler = (_, _) => ValueTask.FromResult(new ElicitResult
            {
                Action = "accept",
                Content = new Dictionary<string, JsonElement>(StringComparer.Ordinal) { ["name"] = JsonSerializer.SerializeToElement("Ann"), ["color"] = JsonSerializer.SerializeToElement("red") },
            }),
            SamplingHandler = (_, _, _) => ValueTask.FromResult(new CreateMessageResult { Model = "test", Role = Role.Assistant, Content = [new TextContentBlock { Text = "Paris" }] }),
        });
        var heard = new List<float>();

        var elicited = await client.CallToolAsync("test_input_required_result_multi_round", cancellationToken: Token);
        var sampled = await client.CallToolAsync("test_input_required_result_sampling", cancellationToken: Token);
        await client.CallToolAsync("test_tool_with_progress", progress: new Now(news => heard.Add(news.Progress)), cancellationToken: Token);

        Assert.Equal(version, client.NegotiatedProtocolVersion);
        Assert.Equal("Ann likes red.", TextOf(elicited));
        Assert.Equal("The model says: Paris", TextOf(sampled));
        Assert.Equal([0, 50, 100], heard);
    }

    [Fact]
    [Trait("Requirement", "S-157")]
    public async Task A_session_hears_that_its_list_of_tools_has_changed()
    {
        var changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var client = await platform.ConnectAsync("/mcp/diagnostics", platform.AdminKey, Token, "2025-11-25", new McpClientHandlers
        {
            NotificationHandlers =
            [
                new(NotificationMethods.ToolListChangedNotification, (_, _) =>
                {
                    changed.TrySetResult();
                    return ValueTask.CompletedTask;
                }),
            ],
        });

        // The stream for news opens by itself a moment after the session does, and what comes before it is not kept.
        using var again = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
        while (!changed.Task.IsCompleted)
        {
            await client.CallToolAsync("test_trigger_tool_change", cancellationToken: Token);
            await Task.WhenAny(changed.Task, again.WaitForNextTickAsync(Token).AsTask());
        }

        await changed.Task;
    }

    [Theory]
    [Trait("Requirement", "S-152")]
    [Trait("Category", "Long")]
    [InlineData("2026-07-28", 37)]
    [InlineData("2025-11-25", 30)]
    public async Task The_conformance_suite_passes_through_the_gateway_too(string version, int scenarios)
    {
        await using var proxy = await PassingProxy.StartAsync(platform.Gateway(platform.AdminKey));

        var run = await ConformanceRun.AgainstAsync($"{proxy.Url}/mcp/diagnostics", ConformanceRun.Package, "--requirements", version);

        Assert.True(run.Passed, run.Report);
        Assert.True(run.Scenarios >= scenarios, run.Report);
    }

    private static string TextOf(CallToolResult result) => Assert.IsType<TextContentBlock>(Assert.Single(result.Content)).Text;

    private sealed class Now(Action<ProgressNotificationValue> hear) : IProgress<ProgressNotificationValue>
    {
        public void Report(ProgressNotificationValue value) => hear(value);
    }
}
