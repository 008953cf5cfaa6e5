using McpModules;
using Microsoft.Extensions.Logging;
using ModelContextProtocol;
using ServiceDefaults.Settings.Catalog;
using Testing;

namespace McpWorker.Tests.Tools;

[Trait("Requirement", "S-156")]
public sealed class ReadFailureTests(PostgresServer postgres)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_resource_that_fails_tells_a_request_id_and_the_log_has_the_rest()
    {
        await using var worker = await StartAsync();
        await using var client = await worker.ConnectAsync();

        var failure = await Assert.ThrowsAsync<McpProtocolException>(async () => await client.ReadResourceAsync("flaky://secret", cancellationToken: Token));

        Assert.Matches("'flaky://secret' failed; the worker's log tells why. Request id: [0-9a-f]{32}$", failure.Message);
        Assert.DoesNotContain(" at ", failure.Message, StringComparison.Ordinal);
        AssertLogged(worker);
    }

    [Fact]
    public async Task A_tool_that_fails_tells_a_request_id_and_no_frames()
    {
        await using var worker = await WorkerApp.StartAsync(
            postgres, new ModuleOptions { Enabled = ["probe"] }, services => services.AddModule<Modules.ProbeModule>());
        await using var client = await worker.ConnectAsync();

        var result = await client.CallAsync("probe_crash");

        Assert.Matches("Request id: [0-9a-f]{32}$", result.TextOf());
        Assert.DoesNotContain(" at ", result.TextOf(), StringComparison.Ordinal);
        AssertLogged(worker);
    }

    [Fact]
    public async Task A_prompt_that_fails_tells_a_request_id_and_one_that_refuses_its_reason()
    {
        await using var worker = await StartAsync();
        await using var client = await worker.ConnectAsync();

        var crash = await Assert.ThrowsAsync<McpProtocolException>(() => AskAsync("crash"));
        var refusal = await Assert.ThrowsAsync<McpProtocolException>(() => AskAsync("refuse"));

        Assert.Matches("'flaky_ask' failed; the worker's log tells why. Request id: [0-9a-f]{32}$", crash.Message);
        Assert.Matches("Ask for something else. Request id: [0-9a-f]{32}$", refusal.Message);
        AssertLogged(worker);

        Task AskAsync(string what) => client.GetPromptAsync(
            "flaky_ask", new Dictionary<string, object?>(StringComparer.Ordinal) { ["what"] = what }, cancellationToken: Token).AsTask();
    }

    [Theory]
    [Trait("Requirement", "S-140")]
    [InlineData("flaky://never")]
    [InlineData("flaky_never")]
    public async Task A_read_that_never_ends_is_stopped_like_a_call(string name)
    {
        await using var worker = await WorkerApp.StartAsync(
            postgres, new ModuleOptions { Enabled = ["flaky"], TimeoutSeconds = 1 }, services => services.AddModule<FlakyModule>());
        await using var client = await worker.ConnectAsync();

        var failure = await Assert.ThrowsAsync<McpProtocolException>(() => ReadAsync().WaitAsync(TimeSpan.FromSeconds(20), Token));

        Assert.Matches($"'{name}' did not answer within 1 s \\(MCP_MODULE_TIMEOUT\\) and was stopped. Request id: [0-9a-f]{{32}}$", failure.Message);

        Task ReadAsync() => name.Contains(':', StringComparison.Ordinal)
            ? client.ReadResourceAsync(name, cancellationToken: Token).AsTask() : client.GetPromptAsync(name, cancellationToken: Token).AsTask();
    }

    private static void AssertLogged(WorkerApp worker)
    {
        var logged = Assert.Single(worker.Log.Entries, entry => entry.Level == LogLevel.Error && entry.Category.StartsWith("McpWorker", StringComparison.Ordinal));
        Assert.Equal("the secret inside", logged.Exception?.Message);
        Assert.NotNull(logged.Exception?.StackTrace);
    }

    private Task<WorkerApp> StartAsync() =>
        WorkerApp.StartAsync(postgres, new ModuleOptions { Enabled = ["flaky"] }, services => services.AddModule<FlakyModule>());
}
