using McpWorker.Tools;
using Microsoft.Extensions.Options;
using ServiceDefaults.Settings.Catalog;

namespace McpWorker.Modules;

/// <summary>
/// Gives the process more threads while tools block those it has. Left to itself the thread pool adds about two a second: with
/// fifty calls of one module that block, everybody else would wait for half a minute. MCP_MODULE_MAX_CONCURRENCY bounds the
/// calls of a module, and so the threads it can hold.
/// </summary>
internal sealed partial class PoolGuard : IHostedService, IDisposable
{
    private const int Step = 16;

    /// <summary>A look is a probe that waits its turn in the pool's queue.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(50);

    /// <summary>Looks without a reason to have more threads than usual, until there are fewer again.</summary>
    private const int CalmLooks = 600;

    /// <summary>Looks in a row at which work waits. One alone says only that another process had the processor.</summary>
    private const int LooksToBelieve = 2;

    private readonly ManualResetEventSlim _stop = new();
    private readonly Bulkheads _bulkheads;
    private readonly ILogger<PoolGuard> _logger;
    private readonly int _usual;
    private readonly int _most;
    private Thread? _thread;
    private volatile bool _probeRan = true;

    public PoolGuard(IOptions<ModuleOptions> options, Bulkheads bulkheads, ILogger<PoolGuard> logger)
    {
        _bulkheads = bulkheads;
        _logger = logger;
        ThreadPool.GetMinThreads(out _usual, out _);
        _most = _usual + (options.Value.MaxConcurrency * Math.Max(1, options.Value.Enabled.Count));
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        // Not on the pool, which is what it watches.
        _thread = new Thread(Watch) { IsBackground = true, Name = "pool guard" };
        _thread.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _stop.Set();
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        _stop.Set();
        _thread?.Join();
        _stop.Dispose();
    }

    private void Watch()
    {
        var (calm, waiting) = (0, 0);
        var used = TimeSpan.Zero;
        while (!_stop.Wait(LookEvery))
        {
            var before = used;
            used = Environment.CpuUsage.TotalTime;
            if (_probeRan)
            {
                waiting = 0;
                _probeRan = false;
                ThreadPool.UnsafeQueueUserWorkItem(static guard => guard._probeRan = true, this, preferLocal: false);
                calm = calm < CalmLooks ? calm + 1 : Lower();
            }
            else if (used - before < LookEvery * Environment.ProcessorCount * 0.8)
            {
                // Work waits and the processors do not: threads are blocked. Busy processors would gain nothing by more threads.
                calm = 0;
                if (++waiting >= LooksToBelieve)
                {
                    Raise();
                }
            }
        }
    }

    private void Raise()
    {
        ThreadPool.GetMinThreads(out var threads, out var ports);
        if (threads < _most)
        {
            ThreadPool.SetMinThreads(Math.Min(threads + Step, _most), ports);
            if (_bulkheads.Taken >= _usual)
            {
                // Fewer calls than the pool always has threads for cannot hold all of them: then it is something else, and passes.
                LogStarved(Math.Min(threads + Step, _most));
            }
        }
    }

    private int Lower()
    {
        ThreadPool.GetMinThreads(out var threads, out var ports);
        if (threads > _usual)
        {
            ThreadPool.SetMinThreads(Math.Max(threads - Step, _usual), ports);
        }

        return 0;
    }

    [LoggerMessage(LogLevel.Warning, "Work waits because tools block their threads; the pool may have {Threads} at once now", EventName = "thread_pool_starved")]
    private partial void LogStarved(int threads);
}
