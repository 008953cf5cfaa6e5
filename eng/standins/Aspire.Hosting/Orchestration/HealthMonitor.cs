using System.Collections.Immutable;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.Orchestration;

/// <summary>
/// Asks the health checks of running resources: every quarter second for the first seconds, then every second until they
/// are healthy, which on one machine makes a start quicker than the one to five seconds of the official orchestrator;
/// every 30 seconds after that.
/// </summary>
internal sealed class HealthMonitor(
    HealthCheckService checks,
    ResourceNotificationService notifications,
    IDistributedApplicationEventing eventing,
    IServiceProvider services,
    LocalRun run,
    TimeProvider clock) : IAsyncDisposable
{
    private static readonly TimeSpan AtFirst = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LaterOn = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan WhileHealthy = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private const int QuickTries = 40;

    private readonly Lock _gate = new();
    private readonly Dictionary<IResource, (CancellationTokenSource Stop, Task Loop)> _watched = [];
    private readonly List<Task> _ended = [];

    /// <summary>The reports of a resource none of whose checks has run.</summary>
    public static ImmutableArray<HealthReportSnapshot> UnknownReports(IResource resource) =>
        [.. KeysOf(resource).Select(key => new HealthReportSnapshot(key, null, null, null))];

    /// <summary>Begins anew for a resource of which an instance has just started.</summary>
    public void Watch(IResource resource)
    {
        Unwatch(resource);
        var stop = new CancellationTokenSource();

        lock (_gate)
        {
            _watched[resource] = (stop, WatchAsync(resource, stop.Token));
        }
    }

    public void Unwatch(IResource resource)
    {
        lock (_gate)
        {
            if (_watched.Remove(resource, out var watch))
            {
                watch.Stop.Cancel();
                _ended.RemoveAll(task => task.IsCompleted);
                _ended.Add(watch.Loop);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        List<IResource> watched;

        lock (_gate)
        {
            watched = [.. _watched.Keys];
        }

        watched.ForEach(Unwatch);
        await Task.WhenAll(_ended);
    }

    private static HashSet<string> KeysOf(IResource resource) =>
    [
        .. new[] { resource }.Concat(resource.GetParents())
            .SelectMany(owner => owner.Annotations.OfType<HealthCheckAnnotation>())
            .Select(check => check.Key),
    ];

    private async Task WatchAsync(IResource resource, CancellationToken cancellationToken)
    {
        // Callers hold locks, and checks are other people's code.
        await Task.Yield();

        try
        {
            await WatchAsync(resource, KeysOf(resource), cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The resource ended.
        }
    }

    private async Task WatchAsync(IResource resource, HashSet<string> keys, CancellationToken cancellationToken)
    {
        var isReady = false;

        for (var tries = 1; ; tries++)
        {
            var report = keys.Count == 0 ? null : await CheckAsync(keys, cancellationToken);

            if (report is not null)
            {
                await PublishAsync(resource, snapshot => snapshot with { HealthReports = Merge(snapshot.HealthReports, report) });
            }

            if (!isReady && report is null or { Status: HealthStatus.Healthy })
            {
                isReady = true;
                await TellReadyAsync(resource, cancellationToken);
            }

            if (report is null)
            {
                return;
            }

            await Task.Delay(
                report.Status == HealthStatus.Healthy ? WhileHealthy : tries <= QuickTries ? AtFirst : LaterOn, clock, cancellationToken);
        }
    }

    private async Task TellReadyAsync(IResource resource, CancellationToken cancellationToken)
    {
        try
        {
            await eventing.PublishAsync(new ResourceReadyEvent(resource, services), cancellationToken);
            await PublishAsync(resource, snapshot => snapshot with { IsReady = true });
        }
        // The AppHost's own handlers: one that fails leaves the resource not ready, with the reason where people look.
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            foreach (var id in resource.GetInstanceIds())
            {
                run.Explain(id, $"is healthy, but what the AppHost does then failed: {exception.Message}");
            }

            await PublishAsync(resource, snapshot => snapshot);
        }
    }

    private async Task<HealthReport> CheckAsync(HashSet<string> keys, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);

        try
        {
            return await checks.CheckHealthAsync(check => keys.Contains(check.Name), patience.Token);
        }
        // A check that cannot even be made is an unhealthy one: everybody waiting must learn it.
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            var entry = new HealthReportEntry(HealthStatus.Unhealthy, exception.Message, TimeSpan.Zero, exception, data: null);
            return new HealthReport(keys.ToDictionary(key => key, _ => entry, StringComparer.Ordinal), TimeSpan.Zero);
        }
    }

    private ImmutableArray<HealthReportSnapshot> Merge(ImmutableArray<HealthReportSnapshot> known, HealthReport report) =>
    [
        .. known.Where(snapshot => !report.Entries.ContainsKey(snapshot.Name)),
        .. report.Entries.Select(entry => new HealthReportSnapshot(
            entry.Key, entry.Value.Status, entry.Value.Description, entry.Value.Exception?.ToString())
        {
            LastRunAt = clock.GetUtcNow().UtcDateTime,
        }),
    ];

    /// <summary>A resource's checks speak for all its running instances.</summary>
    private Task PublishAsync(IResource resource, Func<CustomResourceSnapshot, CustomResourceSnapshot> change) =>
        notifications.PublishUpdateAsync(resource, snapshot => snapshot.State?.Text == KnownResourceStates.Running ? change(snapshot) : snapshot);
}
