using McpWorker.Servers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using ModelContextProtocol.Server;
using ServiceDefaults.Settings.Catalog;
using Testing;

namespace McpWorker.Tests.Servers;

/// <summary><c>servers:</c> is followed while calls run.</summary>
[Trait("Category", "Config")]
[Trait("Requirement", "S-048")]
public sealed class HotServersTests(PostgresServer postgres) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("worker-servers-").FullName;
    private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_server_that_is_added_is_served_and_one_that_is_removed_is_gone_after_its_last_call()
    {
        var servers = new PipedServers(Describe);
        await using var worker = await StartAsync(servers, "  one: { command: piped }");
        await using var client = await worker.ConnectAsync();
        await PublishedAsync(worker, "one");
        var running = client.CallAsync("one__wait").AsTask();
        await _entered.Task.WaitAsync(Token);

        Write("  two: { command: piped }");
        await PublishedAsync(worker, "two");
        await Until.TrueAsync(async () => (await ToolsAsync(client)).All(tool => !tool.StartsWith("one__", StringComparison.Ordinal)));
        var during = servers.Opened[0].Ended.IsCompleted;
        _open.SetResult();
        var ended = await running;
        await servers.Opened[0].Ended.WaitAsync(TimeSpan.FromSeconds(20), Token);

        Assert.False(during);
        Assert.Equal("1", ended.TextOf());
        Assert.Equal("2", (await client.CallAsync("two__instance")).TextOf());
    }

    [Fact]
    public async Task A_server_that_is_changed_is_replaced_without_a_call_that_fails()
    {
        var servers = new PipedServers(Describe);
        await using var worker = await StartAsync(servers, "  one: { command: piped }");
        await using var client = await worker.ConnectAsync();
        await PublishedAsync(worker, "one");
        var running = client.CallAsync("one__wait").AsTask();
        await _entered.Task.WaitAsync(Token);

        Write("  one: { command: piped, args: [new] }");
        var answers = new List<string>();
        await Until.TrueAsync(
            async () =>
            {
                var answer = await client.CallAsync("one__instance");
                Assert.True(answer.IsError is not true, answer.IsError is true ? answer.TextOf() : "");
                answers.Add(answer.TextOf());
                return answers[^1] == "2";
            });
        _open.SetResult();
        var old = await running;
        await servers.Opened[0].Ended.WaitAsync(TimeSpan.FromSeconds(20), Token);

        Assert.Equal("1", old.TextOf());
        Assert.Equal(2, servers.Opened.Count);
    }

    [Theory]
    [InlineData("  media: { command: piped }", "'media' is taken")]
    [InlineData("  one: { url: 'https://x.example.com', bearer: '${NOBODY_HAS_THIS}' }", "NOBODY_HAS_THIS")]
    [InlineData("  one: { comand: piped }", "no setting of a server")]
    public async Task Servers_that_cannot_be_leave_everything_as_it_was(string entry, string problem)
    {
        var servers = new PipedServers(Describe);
        await using var worker = await StartAsync(servers, "  one: { command: piped }");
        await PublishedAsync(worker, "one");

        Write(entry);
        var refused = await worker.Log.WaitForAsync(logged => logged.Event.Name == "config_reload_failed", Token);

        Assert.Contains(problem, refused.Message, StringComparison.Ordinal);
        await using var client = await worker.ConnectAsync();
        Assert.Equal("1", (await client.CallAsync("one__instance")).TextOf());
    }

    private static async Task<IEnumerable<string>> ToolsAsync(ModelContextProtocol.Client.McpClient client) =>
        (await client.ListToolsAsync(cancellationToken: Token)).Select(tool => tool.Name);

    private static Task<LoggedEntry> PublishedAsync(WorkerApp worker, string server) => worker.Log.WaitForAsync(
        entry => entry.Event.Name == "server_published" && entry.Message.Contains($" {server} ", StringComparison.Ordinal), Token);

    private void Describe(McpServerOptions options, int start) => options.ToolCollection =
    [
        McpServerTool.Create(() => $"{start}", new McpServerToolCreateOptions { Name = "instance" }),
        McpServerTool.Create(
            async (CancellationToken cancellationToken) =>
            {
                _entered.TrySetResult();
                await _open.Task.WaitAsync(cancellationToken);
                return $"{start}";
            },
            new McpServerToolCreateOptions { Name = "wait" }),
    ];

    private void Write(string servers) => File.WriteAllText(Path.Combine(_folder, "config.local.yaml"), $"servers:\n{servers}\n");

    private async Task<WorkerApp> StartAsync(PipedServers servers, string yaml)
    {
        foreach (var file in new[] { "config.yaml", "development.yaml", "production.yaml" })
        {
            await File.WriteAllTextAsync(Path.Combine(_folder, file), "# nothing", Token);
        }

        Write(yaml);
        var worker = await WorkerApp.StartAsync(
            postgres,
            new ModuleOptions { Enabled = ["media"] },
            services => services.RemoveAll<IServerLinks>().AddSingleton<IServerLinks>(servers),
            new() { ["MCP_CONFIG_DIR"] = _folder });
        worker.StartServer();
        return worker;
    }
}
