using ServiceDefaults.Telemetry.Metrics.Usage;

namespace McpWorker.Hosting.Processes;

/// <summary>Ends all processes of an instance: waits for them to end by themselves, asks them, then makes them.</summary>
internal sealed class TreeEnd(HostedTree tree, TimeProvider clock)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan AtLast = TimeSpan.FromSeconds(10);

    /// <summary>For a server whose standard input was just closed.</summary>
    /// <returns>Processes that are still there; none, unless the kernel holds them.</returns>
    public async Task<IReadOnlyList<int>> AfterPoliteWordsAsync()
    {
        if (!await IsOverWithinAsync(Patience))
        {
            foreach (var process in Look().Where(tree.CanBeAsked))
            {
                Kernel.Signal(process.Id, Kernel.Terminate);
            }

            await IsOverWithinAsync(Patience);
        }

        return await AtOnceAsync();
    }

    /// <summary>
    /// All are stopped before the first is killed: one that forks faster than it can be killed would outrun a list of it,
    /// but stopped processes fork no more, and their number has a limit.
    /// </summary>
    public async Task<IReadOnlyList<int>> AtOnceAsync()
    {
        var began = clock.GetTimestamp();
        var left = Look();
        while (left.Count > 0 && clock.GetElapsedTime(began) < AtLast)
        {
            foreach (var process in left)
            {
                Kernel.Signal(process.Id, Kernel.Stop);
            }

            var stopped = left.Select(process => process.Id).ToHashSet();
            var further = Look();
            if (further.All(process => stopped.Contains(process.Id)) || clock.GetElapsedTime(began) > AtLast / 2)
            {
                foreach (var process in further)
                {
                    Kernel.Signal(process.Id, Kernel.Kill);
                }

                await Task.Delay(LookEvery, clock);
                further = Look();
            }

            left = further;
        }

        return [.. left.Select(process => process.Id)];
    }

    /// <summary>Once the first process has ended, nobody waits for those it left.</summary>
    private async Task<bool> IsOverWithinAsync(TimeSpan time)
    {
        var began = clock.GetTimestamp();
        while (Look().Any(process => process.Id == tree.Root))
        {
            if (clock.GetElapsedTime(began) > time)
            {
                return false;
            }

            await Task.Delay(LookEvery, clock);
        }

        return true;
    }

    private IReadOnlyList<ProcessEntry> Look()
    {
        var table = ProcessTable.Read();
        Orphans.Reap(table);
        return tree.Members(table);
    }
}
