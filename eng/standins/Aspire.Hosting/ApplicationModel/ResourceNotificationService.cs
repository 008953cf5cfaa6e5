using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>The state of every instance of every resource, and its changes.</summary>
public class ResourceNotificationService : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, ResourceEvent> _current = new(StringComparer.OrdinalIgnoreCase);
    private readonly CancellationTokenSource _disposing = new();
    private readonly IServiceProvider _services;
    private readonly ResourceLoggerService _loggers;
    private ImmutableArray<Channel<ResourceEvent>> _watchers = [];

    public ResourceNotificationService(
        ILogger<ResourceNotificationService> logger,
        IHostApplicationLifetime hostApplicationLifetime,
        IServiceProvider serviceProvider,
        ResourceLoggerService resourceLoggerService)
    {
        _services = serviceProvider;
        _loggers = resourceLoggerService;
    }

    /// <summary>Changes the snapshot of every instance of a resource.</summary>
    public async Task PublishUpdateAsync(IResource resource, Func<CustomResourceSnapshot, CustomResourceSnapshot> stateFactory)
    {
        foreach (var id in resource.GetInstanceIds())
        {
            await PublishUpdateAsync(resource, id, stateFactory);
        }
    }

    public Task PublishUpdateAsync(IResource resource, string resourceId, Func<CustomResourceSnapshot, CustomResourceSnapshot> stateFactory)
    {
        lock (_lock)
        {
            var before = _current.TryGetValue(resourceId, out var known) ? known.Snapshot : InitialSnapshot(resource);
            var change = new ResourceEvent(resource, resourceId, stateFactory(before));
            _current[resourceId] = change;

            foreach (var watcher in _watchers)
            {
                watcher.Writer.TryWrite(change);
            }
        }

        return Task.CompletedTask;
    }

    /// <param name="resourceId">The id of an instance, or the name of a resource with a single one.</param>
    public bool TryGetCurrentState(string resourceId, [NotNullWhen(true)] out ResourceEvent? resourceEvent)
    {
        lock (_lock)
        {
            if (!_current.TryGetValue(resourceId, out resourceEvent))
            {
                var named = _current.Values.Where(e => IsNamed(e, resourceId)).Take(2).ToList();
                resourceEvent = named.Count == 1 ? named[0] : null;
            }

            return resourceEvent is not null;
        }
    }

    /// <summary>The current state of every instance, then every change.</summary>
    public async IAsyncEnumerable<ResourceEvent> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _disposing.Token);
        var channel = Channel.CreateUnbounded<ResourceEvent>();

        lock (_lock)
        {
            foreach (var change in _current.Values)
            {
                channel.Writer.TryWrite(change);
            }

            _watchers = _watchers.Add(channel);
        }

        try
        {
            await foreach (var change in channel.Reader.ReadAllAsync(either.Token))
            {
                yield return change;
            }
        }
        finally
        {
            lock (_lock)
            {
                _watchers = _watchers.Remove(channel);
            }
        }
    }

    /// <param name="targetState">Running when null.</param>
    public Task WaitForResourceAsync(string resourceName, string? targetState = null, CancellationToken cancellationToken = default) =>
        WaitForResourceAsync(resourceName, [targetState ?? KnownResourceStates.Running], cancellationToken);

    /// <returns>The state that was reached.</returns>
    public async Task<string> WaitForResourceAsync(
        string resourceName, IEnumerable<string> targetStates, CancellationToken cancellationToken = default)
    {
        var targets = targetStates.ToHashSet(StringComparer.OrdinalIgnoreCase);
        var reached = await WaitForResourceAsync(resourceName, e => e.Snapshot.State is { } state && targets.Contains(state.Text), cancellationToken);
        return reached.Snapshot.State!.Text;
    }

    public async Task<ResourceEvent> WaitForResourceAsync(
        string resourceName, Func<ResourceEvent, bool> predicate, CancellationToken cancellationToken = default)
    {
        await foreach (var change in WatchAsync(cancellationToken))
        {
            if (IsNamed(change, resourceName) && predicate(change))
            {
                return change;
            }
        }

        throw new OperationCanceledException($"The application ended while '{resourceName}' was waited for.");
    }

    /// <exception cref="DistributedApplicationException">The resource does not exist, or ended and waiting stops at that.</exception>
    public Task<ResourceEvent> WaitForResourceHealthyAsync(string resourceName, CancellationToken cancellationToken = default) =>
        WaitForResourceHealthyAsync(resourceName, WaitBehavior.StopOnResourceUnavailable, cancellationToken);

    /// <inheritdoc cref="WaitForResourceHealthyAsync(string, CancellationToken)"/>
    public async Task<ResourceEvent> WaitForResourceHealthyAsync(
        string resourceName, WaitBehavior waitBehavior, CancellationToken cancellationToken = default)
    {
        if (waitBehavior == WaitBehavior.StopOnResourceUnavailable && !TryGetCurrentState(resourceName, out _)
            && _services.GetService<DistributedApplicationModel>() is { } model && !model.Resources.TryGetByName(resourceName, out _))
        {
            throw new DistributedApplicationException($"Resource '{resourceName}' does not exist, so it cannot become healthy.");
        }

        var reached = await WaitForResourceAsync(
            resourceName, e => IsReady(e.Snapshot) || (waitBehavior == WaitBehavior.StopOnResourceUnavailable && IsUnavailable(e.Snapshot)), cancellationToken);

        return IsReady(reached.Snapshot)
            ? reached
            : throw new DistributedApplicationException($"Resource '{resourceName}' did not become healthy: it is {reached.Snapshot.State!.Text}{Reason(reached)}.");
    }

    /// <summary>Shows the resource as waiting until all it waits for is there.</summary>
    /// <exception cref="DistributedApplicationException">Something that it waits for failed.</exception>
    public async Task WaitForDependenciesAsync(IResource resource, CancellationToken cancellationToken)
    {
        if (!resource.TryGetAnnotationsOfType<WaitAnnotation>(out var waits))
        {
            return;
        }

        await PublishUpdateAsync(resource, s => s with { State = KnownResourceStates.Waiting });
        await Task.WhenAll(waits.SelectMany(w => w.Resource.GetInstanceIds().Select(id => WaitForAsync(resource, w, id, cancellationToken))));
    }

    public void Dispose()
    {
        _disposing.Cancel();
        GC.SuppressFinalize(this);
    }

    private static bool IsNamed(ResourceEvent change, string name) =>
        string.Equals(change.ResourceId, name, StringComparison.OrdinalIgnoreCase)
        || string.Equals(change.Resource.Name, name, StringComparison.OrdinalIgnoreCase);

    private static bool IsReady(CustomResourceSnapshot snapshot) => snapshot is { HealthStatus: HealthStatus.Healthy, IsReady: true };

    private static bool IsUnavailable(CustomResourceSnapshot snapshot) => snapshot.State is { } state
        && (KnownResourceStates.TerminalStates.Contains(state.Text, StringComparer.Ordinal) || state.Text == KnownResourceStates.RuntimeUnhealthy);

    private static string Reason(ResourceEvent change) => change.Snapshot.ExitCode is { } code ? $" with exit code {code}" : "";

    private static CustomResourceSnapshot InitialSnapshot(IResource resource) =>
        resource.TryGetLastAnnotation<ResourceSnapshotAnnotation>(out var initial)
            ? initial.InitialSnapshot
            : new() { ResourceType = ResourceTypes.Of(resource), Properties = [] };

    private async Task WaitForAsync(IResource resource, WaitAnnotation wait, string id, CancellationToken cancellationToken)
    {
        _loggers.Append(resource.Name, $"Waiting for {wait.Resource.Name} ({wait.WaitType}).", isErrorMessage: false);

        var reached = await WaitForResourceAsync(
            wait.Resource.Name,
            e => string.Equals(e.ResourceId, id, StringComparison.OrdinalIgnoreCase)
                && (IsOver(wait.WaitType, e.Snapshot) || IsUnavailable(e.Snapshot)),
            cancellationToken);

        var failed = wait.WaitType == WaitType.WaitForCompletion
            ? reached.Snapshot.State?.Text == KnownResourceStates.FailedToStart || (reached.Snapshot.ExitCode ?? wait.ExitCode) != wait.ExitCode
            : !IsOver(wait.WaitType, reached.Snapshot);

        if (failed)
        {
            throw new DistributedApplicationException(
                $"'{resource.Name}' cannot start: '{id}', which it waits for, is {reached.Snapshot.State?.Text}{Reason(reached)}.");
        }
    }

    private static bool IsOver(WaitType type, CustomResourceSnapshot snapshot) => type switch
    {
        WaitType.WaitUntilHealthy => IsReady(snapshot),
        _ => snapshot.ExitCode is not null || (snapshot.State is { } state && KnownResourceStates.TerminalStates.Contains(state.Text, StringComparer.Ordinal)),
    };
}

/// <summary>The kinds of resources, as people see them.</summary>
internal static class ResourceTypes
{
    public static string Of(IResource resource) => resource switch
    {
        ProjectResource => "Project",
        ContainerResource => "Container",
        ExecutableResource => "Executable",
        ParameterResource => "Parameter",
        ExternalServiceResource => "ExternalService",
        _ => resource.GetType().Name.Replace("Resource", "", StringComparison.Ordinal),
    };
}
