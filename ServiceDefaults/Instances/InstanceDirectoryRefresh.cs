using Microsoft.Extensions.Hosting;

namespace ServiceDefaults.Instances;

/// <summary>Refreshes the directory at the pace of heartbeats, the first time before the host is up.</summary>
internal sealed class InstanceDirectoryRefresh(InstanceDirectory directory, TimeProvider clock) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        do
        {
            await directory.RefreshAsync(stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
