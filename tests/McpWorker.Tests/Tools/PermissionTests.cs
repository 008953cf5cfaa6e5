using System.Text.Json;
using McpWorker.Tools;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using ServiceDefaults.Settings.Catalog;
using Testing;

namespace McpWorker.Tests.Tools;

/// <summary>Prompts, resources, templates and completions are for callers with their server's permission.</summary>
public sealed class PermissionTests(PostgresServer postgres)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Requirement", "S-152")]
    public async Task Prompts_and_templates_are_hidden_and_refused_without_permission()
    {
        await using var worker = await StartAsync();
        await using var allowed = await worker.ConnectAsync(WorkerApp.Caller("ann", "tool:diagnostics/prompts:*", "tool:diagnostics/resources:*"), path: "/mcp/diagnostics");
        await using var lister = await worker.ConnectAsync(WorkerApp.Caller("lisa", "tool:diagnostics/prompts:list", "tool:diagnostics/resources:list"), path: "/mcp/diagnostics");
        await using var other = await worker.ConnectAsync(WorkerApp.Caller("bob", "tool:media/*:*"), path: "/mcp/diagnostics");

        Assert.Equal((5, 5, 0), (await PromptsAsync(allowed), await PromptsAsync(lister), await PromptsAsync(other)));
        Assert.Equal((1, 1, 0), (await TemplatesAsync(allowed), await TemplatesAsync(lister), await TemplatesAsync(other)));
        Assert.NotEmpty((await allowed.GetPromptAsync("test_simple_prompt", cancellationToken: Token)).Messages);
        Assert.NotEmpty((await allowed.ReadResourceAsync("test://template/1/data", cancellationToken: Token)).Contents);
        foreach (var refused in (McpClient[])[lister, other])
        {
            await InvalidAsync(async () => await refused.GetPromptAsync("test_simple_prompt", cancellationToken: Token));
            await InvalidAsync(async () => await refused.ReadResourceAsync("test://template/1/data", cancellationToken: Token));
        }
    }

    [Theory]
    [Trait("Requirement", "S-152")]
    [InlineData("2025-11-25")]
    [InlineData("2026-07-28")]
    public async Task A_completion_is_asked_of_the_owner_by_its_own_name_and_only_for_who_may_use_the_prompt(string version)
    {
        await using var worker = await StartAsync();
        PublishPrompt(worker);
        await using var allowed = await worker.ConnectAsync(WorkerApp.Caller("ann", "tool:poet/prompts:call", "tool:poet/resources:call"), version);
        await using var other = await worker.ConnectAsync(WorkerApp.Caller("bob", "tool:media/*:*"), version);

        var prompt = await allowed.CompleteAsync(new PromptReference { Name = "poet__rhyme" }, "word", "be", cancellationToken: Token);
        var template = await allowed.CompleteAsync(new ResourceTemplateReference { Uri = "poem://{title}" }, "title", "be", cancellationToken: Token);

        Assert.Equal(["ref/prompt rhyme word=be"], prompt.Completion.Values);
        Assert.Equal(["ref/resource  word=be"], template.Completion.Values.Select(value => value.Replace("title", "word", StringComparison.Ordinal)));
        await InvalidAsync(async () => await other.CompleteAsync(new PromptReference { Name = "poet__rhyme" }, "word", "be", cancellationToken: Token));
        await InvalidAsync(async () => await allowed.CompleteAsync(new PromptReference { Name = "rhyme" }, "word", "be", cancellationToken: Token));
    }

    [Fact]
    [Trait("Requirement", "S-152")]
    public async Task The_settings_and_the_tools_a_caller_may_use_are_there_to_read()
    {
        await using var worker = await WorkerApp.StartAsync(postgres, new ModuleOptions { Enabled = ["media"] });
        await using var client = await worker.ConnectAsync(WorkerApp.Caller("ann", "tool:docs/resources:*", "tool:media/list:call"));

        var listed = await client.ListResourcesAsync(cancellationToken: Token);
        var tools = await ReadAsync(client, "docs://tools");
        var settings = await ReadAsync(client, "docs://settings");
        using var schema = JsonDocument.Parse(await ReadAsync(client, "docs://settings/schema"));

        Assert.Equal(["docs://settings", "docs://settings/schema", "docs://tools"], listed.Select(resource => resource.Uri));
        Assert.Contains("## media_list", tools, StringComparison.Ordinal);
        Assert.DoesNotContain("media_delete", tools, StringComparison.Ordinal);
        Assert.Contains("MCP_MODULES_ENABLED", settings, StringComparison.Ordinal);
        Assert.Equal("integer", schema.RootElement.GetProperty("properties").GetProperty("MCP_MODULE_TIMEOUT").GetProperty("type").GetString());
    }

    [Fact]
    public async Task Diagnostics_are_at_their_own_address_and_nowhere_else()
    {
        await using var worker = await StartAsync();
        await using var everything = await worker.ConnectAsync();

        var tools = await everything.ListToolsAsync(cancellationToken: Token);
        var resources = await everything.ListResourcesAsync(cancellationToken: Token);

        Assert.Empty(tools);
        Assert.All(resources, resource => Assert.StartsWith("docs://", resource.Uri, StringComparison.Ordinal));
        Assert.Equal(0, await PromptsAsync(everything));
    }

    private static void PublishPrompt(WorkerApp worker)
    {
        var address = new ToolAddress("poet", "rhyme", "poet__rhyme", "");
        worker.Services.GetRequiredService<ToolCatalog>().Publish("poet", new Offer
        {
            Prompts = [new(McpServerPrompt.Create((string word) => word, new() { Name = "rhyme", Metadata = [address] }), McpServerPrompt.Create((string word) => word, new() { Name = "poet__rhyme", Metadata = [address] }))],
            Resources = [McpServerResource.Create((string title) => title, new() { UriTemplate = "poem://{title}", Name = "poem", Metadata = [address] })],
            Complete = (request, _) => ValueTask.FromResult(new CompleteResult
            {
                Completion = new Completion { Values = [$"{request.Params.Ref.Type} {(request.Params.Ref as PromptReference)?.Name} {request.Params.Argument.Name}={request.Params.Argument.Value}"] },
            }),
        });
    }

    private static async Task<int> PromptsAsync(McpClient client) => (await client.ListPromptsAsync(cancellationToken: Token)).Count;

    private static async Task<int> TemplatesAsync(McpClient client) => (await client.ListResourceTemplatesAsync(cancellationToken: Token)).Count;

    private static async Task<string> ReadAsync(McpClient client, string uri) =>
        Assert.IsType<TextResourceContents>(Assert.Single((await client.ReadResourceAsync(uri, cancellationToken: Token)).Contents)).Text;

    private static async Task InvalidAsync(Func<Task> request) =>
        Assert.Equal(McpErrorCode.InvalidParams, (await Assert.ThrowsAsync<McpProtocolException>(request)).ErrorCode);

    private Task<WorkerApp> StartAsync() => WorkerApp.StartAsync(postgres, new ModuleOptions { Enabled = ["diagnostics"] });
}
