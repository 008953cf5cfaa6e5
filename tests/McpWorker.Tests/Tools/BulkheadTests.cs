using McpModules;
using McpWorker.Tests.Modules;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using ServiceDefaults.Settings.Catalog;
using Testing;

namespace McpWorker.Tests.Tools;

/// <summary>What one module does to itself leaves the others alone.</summary>
public sealed class BulkheadTests(PostgresServer postgres)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Fifty_calls_that_block_their_threads_do_not_hold_up_another_module()
    {
        await using var worker = await StartAsync();
        var flaky = ModuleOf(worker);
        await using var client = await worker.ConnectAsync();
        try
        {
            var blocked = await BlockAsync(client, flaky, 50);

            var others = await client.CallAsync("probe_hello", ("name", "Ann")).AsTask().WaitAsync(Soon, Token);

            Assert.Equal("Hello, Ann!", others.TextOf());
            flaky.Release.Set();
            Assert.All(await Task.WhenAll(blocked), result => Assert.Equal("free", result.TextOf()));
        }
        finally
        {
            flaky.Release.Set();
        }
    }

    [Fact]
    [Trait("Requirement", "S-140")]
    public async Task A_tool_that_blocks_its_thread_does_not_hold_its_caller_past_the_time_limit()
    {
        await using var worker = await StartAsync(timeoutSeconds: 1);
        var flaky = ModuleOf(worker);
        await using var client = await worker.ConnectAsync();
        try
        {
            var result = await client.CallAsync("flaky_block").AsTask().WaitAsync(Soon, Token);

            Assert.Contains("1 s (MCP_MODULE_TIMEOUT)", result.TextOf(), StringComparison.Ordinal);
        }
        finally
        {
            flaky.Release.Set();
        }
    }

    [Fact]
    public async Task Calls_beyond_the_places_wait_and_those_beyond_the_queue_are_told_to_come_back()
    {
        await using var worker = await StartAsync(maxConcurrency: 2, maxQueue: 1);
        var flaky = ModuleOf(worker);
        using var metrics = new RecordedMetrics(worker.Services);
        await using var client = await worker.ConnectAsync();
        try
        {
            var running = await BlockAsync(client, flaky, 2);
            var further = Enumerable.Range(0, 3).Select(_ => client.CallAsync("flaky_block").AsTask()).ToList();
            var refused = new List<CallToolResult>();
            while (refused.Count < 2)
            {
                var first = await Task.WhenAny(further).WaitAsync(Soon, Token);
                further.Remove(first);
                refused.Add(await first);
            }

            var others = await client.CallAsync("probe_hello", ("name", "Ann"));
            flaky.Release.Set();

            Assert.All(refused, result => Assert.StartsWith("'flaky' is busy with 2 calls, and 1 wait already. Try again in a moment.", result.TextOf(), StringComparison.Ordinal));
            Assert.Equal("Hello, Ann!", others.TextOf());
            Assert.All(await Task.WhenAll([.. running, .. further]), result => Assert.Equal("free", result.TextOf()));
            Assert.Equal(2, metrics.Sum("mcp_server_busy_total", "server=flaky"));
        }
        finally
        {
            flaky.Release.Set();
        }
    }

    [Fact]
    public async Task A_call_nobody_waits_for_any_more_keeps_its_place_until_it_ends()
    {
        await using var worker = await StartAsync(timeoutSeconds: 1, maxConcurrency: 1, maxQueue: 0);
        var flaky = ModuleOf(worker);
        await using var client = await worker.ConnectAsync();
        try
        {
            await client.CallAsync("flaky_block").AsTask().WaitAsync(Soon, Token);

            var busy = await client.CallAsync("flaky_read");
            flaky.Release.Set();
            CallToolResult free;
            do
            {
                free = await client.CallAsync("flaky_read");
            }
            while (free.IsError is true && !Token.IsCancellationRequested);

            Assert.Contains("'flaky' is busy", busy.TextOf(), StringComparison.Ordinal);
            Assert.Equal("done", free.TextOf());
        }
        finally
        {
            flaky.Release.Set();
        }
    }

    private static async Task<List<Task<CallToolResult>>> BlockAsync(McpClient client, FlakyModule flaky, int calls)
    {
        var blocked = Enumerable.Range(0, calls).Select(_ => client.CallAsync("flaky_block").AsTask()).ToList();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        patience.CancelAfter(Soon);
        while (flaky.Blocked < calls)
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        return blocked;
    }

    private static FlakyModule ModuleOf(WorkerApp worker) => worker.Services.GetServices<Module>().OfType<FlakyModule>().Single();

    private Task<WorkerApp> StartAsync(int timeoutSeconds = 60, int maxConcurrency = 64, int maxQueue = 256) => WorkerApp.StartAsync(
        postgres,
        new ModuleOptions { Enabled = ["flaky", "probe"], TimeoutSeconds = timeoutSeconds, MaxConcurrency = maxConcurrency, MaxQueue = maxQueue },
        services => services.AddModule<FlakyModule>().AddModule<ProbeModule>());
}
