using System.Diagnostics;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using ServiceDefaults.Telemetry.Metrics;

namespace ServiceDefaults.Tests.Telemetry.Metrics;

[Trait("Requirement", "S-319")]
public sealed class ResourceSnapshotTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_snapshot_has_five_plausible_numbers()
    {
        await using var service = await TestService.StartAsync(cancellationToken: Token);

        var snapshot = service.Services.GetRequiredService<ResourceSnapshots>().Take();

        using var process = Process.GetCurrentProcess();
        Assert.InRange(snapshot.CpuPercent, 0, 100);
        Assert.InRange(snapshot.MemoryPercent, 0.01, 100);
        Assert.InRange(snapshot.DiskUsage, 0.01, 100);
        Assert.InRange(snapshot.ThreadCount, process.Threads.Count / 2, process.Threads.Count * 2);
    }

    [Fact]
    public async Task Connections_are_those_the_process_holds()
    {
        await using var service = await TestService.StartAsync(cancellationToken: Token);
        var snapshots = service.Services.GetRequiredService<ResourceSnapshots>();
        var before = snapshots.Take().NetworkConnections;
        var held = Enumerable.Range(0, 100).Select(_ => new TcpClient("127.0.0.1", service.Client.BaseAddress!.Port)).ToList();

        var during = snapshots.Take().NetworkConnections;
        held.ForEach(client => client.Dispose());

        // Both ends are in this process, and other tests close connections of theirs meanwhile.
        Assert.InRange(during - before, 70, 300);
    }
}
