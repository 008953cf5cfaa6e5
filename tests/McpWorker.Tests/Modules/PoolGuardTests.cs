using System.Diagnostics.Metrics;
using McpWorker.Modules;
using McpWorker.Tools;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ServiceDefaults.Settings.Catalog;
using Testing;

namespace McpWorker.Tests.Modules;

/// <summary>They hold every thread the process has.</summary>
[Collection(Alone.Name)]
public sealed class PoolGuardTests
{
    private const int MoreThanThereAre = 64;
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Threads_that_are_held_are_replaced_and_only_calls_of_tools_are_blamed(bool byTools)
    {
        // Other tests' guards may have left it higher.
        ThreadPool.GetMinThreads(out var before, out var ports);
        var usual = Environment.ProcessorCount;
        ThreadPool.SetMinThreads(usual, ports);
        using var metering = new ServiceCollection().AddMetrics().BuildServiceProvider();
        using var log = new TestLog();
        using var release = new ManualResetEventSlim();
        var options = Options.Create(new ModuleOptions { MaxConcurrency = 1000 });
        await using var bulkheads = new Bulkheads(options, new ToolMetrics(metering.GetRequiredService<IMeterFactory>()));
        using var guard = new PoolGuard(options, bulkheads, log.CreateLogger<PoolGuard>());
        for (var call = 0; byTools && call < usual; call++)
        {
            await bulkheads.EnterAsync("flaky", TestContext.Current.CancellationToken);
        }

        var held = Enumerable.Range(0, ThreadPool.ThreadCount + MoreThanThereAre).Select(_ => Task.Run(() => release.Wait(CancellationToken.None))).ToList();
        try
        {
            await guard.StartAsync(TestContext.Current.CancellationToken);

            // The second step follows when what there is to say of the first has been said.
            Assert.True(SpinWait.SpinUntil(() => MinThreads() > usual + 16, Soon));
            Assert.Equal(byTools, log.Entries.Any(entry => entry.Event.Name == "thread_pool_starved"));
        }
        finally
        {
            release.Set();
            await Task.WhenAll(held);
            await guard.StopAsync(CancellationToken.None);
            ThreadPool.SetMinThreads(before, ports);
        }
    }

    private static int MinThreads()
    {
        ThreadPool.GetMinThreads(out var threads, out _);
        return threads;
    }
}
