using System.Diagnostics;
using ServiceDefaults.Telemetry.Metrics.Usage;

namespace McpWorker.Hosting.Processes;

/// <summary>
/// Children of this process that it did not start itself: the worker adopts what its hosted servers leave behind. They are told
/// apart by their session, for hosted servers are started in sessions of their own and nothing else here is.
/// </summary>
internal static class Orphans
{
    private static readonly Lock Gate = new();
    private static readonly HashSet<int> Roots = [];

    /// <summary>Starts a process and remembers it: one that ends at once must not pass for an orphan, for .NET waits for its end.</summary>
    public static Process Start(ProcessStartInfo start)
    {
        lock (Gate)
        {
            var process = Process.Start(start)!;
            Roots.Add(process.Id);
            return process;
        }
    }

    public static void Forget(int root)
    {
        lock (Gate)
        {
            Roots.Remove(root);
        }
    }

    /// <summary>An ended process stays in the kernel's table until its parent asks for its exit code.</summary>
    public static void Reap(ProcessTable table)
    {
        foreach (var orphan in Of(table).Where(process => process.State == 'Z'))
        {
            Kernel.Reap(orphan.Id);
        }
    }

    public static IReadOnlyList<ProcessEntry> Of(ProcessTable table)
    {
        lock (Gate)
        {
            return table.Find(Environment.ProcessId) is { } own
                ? [.. table.Children(own.Id).Where(child => child.Session != own.Session && !Roots.Contains(child.Id))]
                : [];
        }
    }
}
