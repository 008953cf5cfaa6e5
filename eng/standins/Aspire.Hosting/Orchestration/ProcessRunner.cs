using System.Collections.Immutable;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;

namespace Aspire.Hosting.Orchestration;

/// <summary>Starts and stops the instances of one project or executable and tells how they fare.</summary>
internal sealed class ProcessRunner(
    IResource resource,
    ResourceEndpoints endpoints,
    IReadOnlyList<ProcessInstance> instances,
    LaunchCommand launch,
    LocalRun run,
    Watchdog watchdog,
    HealthMonitor health,
    ResourceNotificationService notifications,
    IDistributedApplicationEventing eventing,
    IServiceProvider services) : IAsyncDisposable
{
    public IResource Resource => resource;

    public IReadOnlyList<ProcessInstance> Instances => instances;

    /// <summary>Waits for what the resource waits for, then starts the instances that do not run. Failures become states.</summary>
    public async Task StartAsync(IReadOnlyList<ProcessInstance> which, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, run.Stopping.Token);
        cancellationToken = either.Token;

        try
        {
            await PublishAsync(which, AsStarting);

            if (endpoints.Failure is { } failure)
            {
                throw failure;
            }

            // What was there for the other instances is there for this one.
            if (!instances.Any(instance => instance.IsRunning))
            {
                await WaitAsync(cancellationToken);
            }

            await eventing.PublishAsync(new BeforeResourceStartedEvent(resource, services), cancellationToken);
            await PublishAsync(which, snapshot => snapshot with { State = KnownResourceStates.Starting });
            await endpoints.CheckFixedPortsAsync();

            foreach (var instance in which)
            {
                await LaunchAsync(instance, cancellationToken);
            }

            WatchRunning();
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await PublishAsync(which.Where(instance => !instance.IsRunning), snapshot => snapshot with { State = KnownResourceStates.NotStarted });
        }
        // The AppHost's callbacks run here: whatever they throw is why this resource cannot start, and no reason to end the others.
        catch (Exception exception)
        {
            await FailAsync(which.Where(instance => !instance.IsRunning), exception.Message);
        }
    }

    public async Task StopAsync(IReadOnlyList<ProcessInstance> which, TimeSpan grace)
    {
        var running = which.Where(instance => instance.IsRunning).ToList();
        await PublishAsync(running, snapshot => snapshot with { State = KnownResourceStates.Stopping });
        endpoints.Serve(instances.Except(running).Where(instance => instance.IsRunning).Select(instance => instance.Allocation.TargetPorts));
        await Task.WhenAll(running.Select(instance => instance.StopAsync(grace, run.Clock)));
    }

    public string? ReasonOf(ProcessInstance instance) => run.ReasonOf(instance.Id);

    public async ValueTask DisposeAsync()
    {
        await endpoints.DisposeAsync();

        foreach (var instance in instances)
        {
            await instance.DisposeAsync();
        }
    }

    /// <exception cref="DistributedApplicationException">Something that it waits for failed: what, why, and where to read on.</exception>
    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        try
        {
            await notifications.WaitForDependenciesAsync(resource, cancellationToken);
        }
        catch (DistributedApplicationException exception)
        {
            var details = resource.Annotations.OfType<WaitAnnotation>()
                .SelectMany(wait => wait.Resource.GetInstanceIds())
                .Distinct(StringComparer.OrdinalIgnoreCase)
                .Where(id => run.ReasonOf(id) is not null)
                .Select(id => $"{run.LabelOf(id).Name}: {run.ReasonOf(id)}{(run.LabelOf(id).Log is { } log ? $" (output: {log})" : "")}");

            // People know instances by their labels.
            var message = resource.Annotations.OfType<WaitAnnotation>()
                .SelectMany(wait => wait.Resource.GetInstanceIds())
                .Aggregate(exception.Message, (text, id) => text.Replace($"'{id}'", $"'{run.LabelOf(id).Name}'", StringComparison.Ordinal));

            throw new DistributedApplicationException(string.Join(" | ", [message, .. details]), exception);
        }
    }

    private CustomResourceSnapshot AsStarting(CustomResourceSnapshot snapshot) => snapshot with
    {
        State = resource.HasAnnotationOfType<WaitAnnotation>() ? KnownResourceStates.Waiting : KnownResourceStates.Starting,
        ExitCode = null,
        StartTimeStamp = null,
        StopTimeStamp = null,
        HealthReports = HealthMonitor.UnknownReports(resource),
        IsReady = false,
    };

    private async Task LaunchAsync(ProcessInstance instance, CancellationToken cancellationToken)
    {
        var spec = await launch.CreateAsync(resource, instance.Allocation, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        var exited = instance.Start(spec, run.Mark, watchdog);
        run.Forget(instance.Id);
        await notifications.PublishUpdateAsync(resource, instance.Id, snapshot => snapshot with
        {
            State = KnownResourceStates.Running,
            StartTimeStamp = run.Clock.GetUtcNow().UtcDateTime,
            EnvironmentVariables =
                [.. spec.Environment.Select(variable => new EnvironmentVariableSnapshot(variable.Key, variable.Value, IsFromSpec: true))],
        });
        ServeRunning();
        instance.Ended = ObserveAsync(instance, exited);
    }

    private void WatchRunning()
    {
        health.Watch(resource);

        // It may all be over by now.
        if (!instances.Any(instance => instance.IsRunning))
        {
            health.Unwatch(resource);
        }
    }

    private async Task ObserveAsync(ProcessInstance instance, Task<int> exited)
    {
        var code = await exited;
        ServeRunning();

        if (!instances.Any(other => other.IsRunning))
        {
            health.Unwatch(resource);
        }

        if (code != 0 && !instance.IsStopping)
        {
            run.Explain(instance.Id, $"exited with code {code}");
        }

        await PublishAsync([instance], snapshot => snapshot with
        {
            State = KnownResourceStates.Finished,
            ExitCode = code,
            StopTimeStamp = run.Clock.GetUtcNow().UtcDateTime,
        });

        try
        {
            if (notifications.TryGetCurrentState(instance.Id, out var current))
            {
                await eventing.PublishAsync(new ResourceStoppedEvent(resource, services, current));
            }
        }
        // The AppHost's own handlers: one that fails must not keep the run from stopping.
        catch (Exception exception)
        {
            instance.Note($"The AppHost's handler of this resource's end failed: {exception.Message}");
        }
    }

    private async Task FailAsync(IEnumerable<ProcessInstance> which, string reason)
    {
        var failed = which.ToImmutableArray();

        foreach (var instance in failed)
        {
            run.Explain(instance.Id, reason);
            instance.Note(reason);
        }

        await PublishAsync(failed, snapshot => snapshot with { State = new(KnownResourceStates.FailedToStart, KnownResourceStateStyles.Error) });
    }

    private void ServeRunning() =>
        endpoints.Serve(instances.Where(instance => instance.IsRunning).Select(instance => instance.Allocation.TargetPorts));

    private async Task PublishAsync(IEnumerable<ProcessInstance> which, Func<CustomResourceSnapshot, CustomResourceSnapshot> change)
    {
        foreach (var instance in which)
        {
            await notifications.PublishUpdateAsync(resource, instance.Id, change);
        }
    }
}
