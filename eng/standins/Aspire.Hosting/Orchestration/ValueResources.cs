using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;

namespace Aspire.Hosting.Orchestration;

/// <summary>
/// Resources without a process: parameters, connection strings, services elsewhere, the children of others, and the
/// containers that cannot run here.
/// </summary>
internal sealed class ValueResources(
    LocalRun run,
    HealthMonitor health,
    ResourceNotificationService notifications,
    IDistributedApplicationEventing eventing,
    IServiceProvider services)
{
    private const string NoContainers =
        "containers need the official Aspire packages and a container engine (-p:UseOfficialPackages=true); " +
        "here, give a connection string, or run the program itself with AddExecutable";

    /// <summary>Whether the states of the resource are ours to tell: those of unknown kinds are their AppHost's.</summary>
    public static bool Knows(IResource resource) =>
        resource is ProjectResource or ExecutableResource or ContainerResource or ParameterResource
            or IResourceWithParent or ExternalServiceResource or IResourceWithConnectionString;

    /// <summary>Whether the resource is where it should be: ready, done with its work, or not to be started yet.</summary>
    public static bool IsSettled(ResourceEvent latest) =>
        latest.Snapshot.IsReady
        || latest.Snapshot is { State.Text: "Finished", ExitCode: 0 }
        || !Knows(latest.Resource)
        || (latest.Snapshot.State?.Text == KnownResourceStates.NotStarted
            && latest.Resource.HasAnnotationOfType<ExplicitStartupAnnotation>());

    public static bool Handles(IResource resource) => resource is not (ProjectResource or ExecutableResource);

    /// <summary>Brings the resource to its state and, for a child, keeps it at its parent's until the run stops.</summary>
    public async Task RunAsync(IResource resource, CancellationToken cancellationToken)
    {
        try
        {
            await (resource switch
            {
                ContainerResource => FailAsync(resource, NoContainers),
                ParameterResource parameter => ResolveAsync(parameter, cancellationToken),
                IResourceWithParent child => FollowAsync(child, cancellationToken),
                ExternalServiceResource external => ReachAsync(external, cancellationToken),
                IResourceWithConnectionString => OfferAsync(resource, cancellationToken),
                _ => Task.CompletedTask,
            });
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The run stops.
        }
        // A value is computed by the AppHost's code: whatever it throws is why there is none.
        catch (Exception exception)
        {
            await FailAsync(resource, exception.Message);
        }
    }

    private async Task ResolveAsync(ParameterResource parameter, CancellationToken cancellationToken)
    {
        try
        {
            _ = await parameter.GetValueAsync(cancellationToken);
        }
        catch (MissingParameterValueException exception)
        {
            run.Explain(parameter.Name, exception.Message);
            await PublishAsync(parameter, new(KnownResourceStates.ValueMissing, KnownResourceStateStyles.Error));
            return;
        }

        await RunningAsync(parameter, cancellationToken);
    }

    private async Task ReachAsync(ExternalServiceResource external, CancellationToken cancellationToken)
    {
        var address = external.Uri?.ToString() ?? external.UrlParameter!.Value;
        await notifications.PublishUpdateAsync(
            external, snapshot => snapshot with { Urls = [new UrlSnapshot(null, address, IsInternal: false)] });
        await RunningAsync(external, cancellationToken);
    }

    private async Task OfferAsync(IResource resource, CancellationToken cancellationToken)
    {
        await notifications.WaitForDependenciesAsync(resource, cancellationToken);
        await eventing.PublishAsync(new BeforeResourceStartedEvent(resource, services), cancellationToken);
        await RunningAsync(resource, cancellationToken);
    }

    /// <summary>A child lives as its parent does: a database is there when its server is.</summary>
    private async Task FollowAsync(IResourceWithParent child, CancellationToken cancellationToken)
    {
        string? before = null;

        await foreach (var change in notifications.WatchAsync(cancellationToken))
        {
            if (change.Resource != child.Parent || change.Snapshot.State is not { } state || state.Text == before)
            {
                continue;
            }

            before = state.Text;

            if (state.Text == KnownResourceStates.Running)
            {
                await RunningAsync(child, cancellationToken);
            }
            else
            {
                health.Unwatch(child);
                await PublishAsync(child, state);
            }
        }
    }

    private async Task RunningAsync(IResource resource, CancellationToken cancellationToken)
    {
        await notifications.PublishUpdateAsync(resource, snapshot => snapshot with
        {
            State = KnownResourceStates.Running,
            HealthReports = HealthMonitor.UnknownReports(resource),
            IsReady = false,
        });

        if (resource is IResourceWithConnectionString)
        {
            await eventing.PublishAsync(new ConnectionStringAvailableEvent(resource, services), cancellationToken);
        }

        health.Watch(resource);
    }

    private Task FailAsync(IResource resource, string reason)
    {
        run.Explain(resource.Name, reason);
        return PublishAsync(resource, new(KnownResourceStates.FailedToStart, KnownResourceStateStyles.Error));
    }

    private Task PublishAsync(IResource resource, ResourceStateSnapshot state) =>
        notifications.PublishUpdateAsync(resource, snapshot => snapshot with { State = state });
}
