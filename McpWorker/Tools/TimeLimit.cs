using Microsoft.Extensions.Options;
using ServiceDefaults.Settings.Catalog;

namespace McpWorker.Tools;

/// <summary>Ends the wait for a call, or a read, after MCP_MODULE_TIMEOUT (S-140), whether the tool notices or not.</summary>
internal sealed class TimeLimit(IOptionsMonitor<ModuleOptions> modules, TimeProvider clock)
{
    /// <exception cref="TimeLimitException">It took longer.</exception>
    public async Task<TResult> RunAsync<TResult>(Func<CancellationToken, Task<TResult>> call, CancellationToken cancellationToken)
    {
        var limit = new CancellationTokenSource(TimeSpan.FromSeconds(modules.CurrentValue.TimeoutSeconds), clock);
        var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            // On another thread, and waiting with the limit too: a tool that blocks or ignores its token must not hold its caller.
            return await Task.Run(() => call(stop.Token), stop.Token).WaitAsync(limit.Token);
        }
        catch (OperationCanceledException exception) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeLimitException($"Stopped after {modules.CurrentValue.TimeoutSeconds} s (MCP_MODULE_TIMEOUT).", exception);
        }
        finally
        {
            if (limit.IsCancellationRequested)
            {
                _ = Task.Run(() => Stop(stop, limit), CancellationToken.None);
            }
            else
            {
                stop.Dispose();
                limit.Dispose();
            }
        }
    }

    /// <summary>
    /// Passes the limit on, which the link may not have done yet, and only then cuts the link. Whoever is told may take long:
    /// the driver of a PostgreSQL that hangs tries to reach it on a new connection. The caller does not wait for that.
    /// </summary>
    private static void Stop(CancellationTokenSource stop, CancellationTokenSource limit)
    {
        try
        {
            stop.Cancel();
        }
        catch (AggregateException)
        {
            // What a tool does on being stopped is its own affair; the call has been answered.
        }

        stop.Dispose();
        limit.Dispose();
    }
}

/// <summary>A call took longer than it may; a tool's own time-outs are other ones.</summary>
internal sealed class TimeLimitException(string message, Exception? innerException) : TimeoutException(message, innerException);
