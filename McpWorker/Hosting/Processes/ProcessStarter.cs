using System.Collections.Concurrent;
using System.Diagnostics;

namespace McpWorker.Hosting.Processes;

/// <summary>
/// Starts processes from one thread that never ends: the signal a child asks for when its parent dies (PR_SET_PDEATHSIG) comes
/// when the thread that started it ends, and threads of the pool come and go.
/// </summary>
internal static class ProcessStarter
{
    private static readonly BlockingCollection<Action> Starts = [];

    static ProcessStarter() => new Thread(static () =>
    {
        foreach (var start in Starts.GetConsumingEnumerable())
        {
            start();
        }
    })
    { IsBackground = true, Name = "hosted server starter" }.Start();

    /// <exception cref="System.ComponentModel.Win32Exception">The program cannot be executed.</exception>
    public static Task<Process> StartAsync(ProcessStartInfo start)
    {
        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        Starts.Add(() =>
        {
            try
            {
                started.SetResult(Orphans.Start(start));
            }
            catch (Exception exception)
            {
                // Whoever asked for the start gets it; this thread goes on.
                started.SetException(exception);
            }
        });
        return started.Task;
    }
}
