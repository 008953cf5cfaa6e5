using System.Runtime.InteropServices;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Orchestration;

/// <summary>Runs the resources of an application as processes of this machine.</summary>
internal sealed class LocalOrchestrator(
    LocalRun run,
    HealthMonitor health,
    ValueResources values,
    StatusFile status,
    TerminalView terminal,
    ResourceNotificationService notifications,
    ResourceLoggerService loggers,
    IDistributedApplicationEventing eventing,
    DistributedApplicationOptions options,
    DistributedApplicationExecutionContext executionContext,
    IHostApplicationLifetime lifetime,
    IServiceProvider services) : IResourceOrchestrator, IAsyncDisposable
{
    /// <summary>Everything has ended this long after the stop began, if need be by force; the promise is 15 s.</summary>
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(12);

    private readonly CancellationTokenSource _stopped = new();
    private readonly List<ProcessRunner> _runners = [];
    private readonly List<Task> _work = [];
    private StateFolder? _folder;
    private Watchdog? _watchdog;
    private PosixSignalRegistration? _hangUp;
    private Task _started = Task.CompletedTask;
    private Task? _stop;

    public bool HasFailures => run.HasFailures;

    public async Task StartAsync(DistributedApplicationModel model, CancellationToken cancellationToken)
    {
        _folder = StateFolder.Acquire(run.Folder, new StateHolder(Environment.ProcessId, run.StartedAt, run.Mark.Value, run.AppHost));
        await EndLeftOversAsync(cancellationToken);
        _watchdog = Watchdog.Start(run.Mark);
        _hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
        {
            context.Cancel = true;
            lifetime.StopApplication();
        });

        status.Enter("starting");
        Prepare(model);
        _work.Add(status.FollowAsync(_stopped.Token));
        _work.Add(run.ShowsOnTerminal ? terminal.FollowAsync(_stopped.Token) : Task.CompletedTask);
        await PublishInitialAsync(model, cancellationToken);

        _work.AddRange(model.Resources.Where(ValueResources.Handles).Select(resource => values.RunAsync(resource, run.Stopping.Token)));
        var starts = _runners
            .Where(runner => !runner.Resource.HasAnnotationOfType<ExplicitStartupAnnotation>())
            .Select(runner => StartAsync(runner, run.Stopping.Token))
            .ToList();
        _started = Task.WhenAll(starts);
        _work.Add(TellRunningAsync());
    }

    public Task StopAsync(CancellationToken cancellationToken) => _stop ??= StopAllAsync();

    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None);
        run.Stopping.Dispose();
        _stopped.Dispose();
    }

    private async Task EndLeftOversAsync(CancellationToken cancellationToken)
    {
        if (_folder!.Previous is not { } previous || OperatingSystem.IsWindows())
        {
            return;
        }

        var ended = await new RunMark(previous.Run).EndProcessesAsync(run.Clock, cancellationToken);
        var left = ended == 0 ? "It left no processes" : $"{ended} of its processes were still there and have been ended";
        terminal.Say($"The last run ({previous.StartedAt.ToLocalTime():yyyy-MM-dd HH:mm:ss}) did not end in order. {left}; its data is used as it lies.");
    }

    /// <summary>Gives every resource its addresses and instances before any of them starts.</summary>
    private void Prepare(DistributedApplicationModel model)
    {
        var launch = ActivatorUtilities.CreateInstance<LaunchCommand>(services);

        foreach (var resource in model.Resources.Where(resource => !ValueResources.Handles(resource)))
        {
            var endpoints = ResourceEndpoints.Allocate(resource, run.RandomizesPorts);
            var instances = Enumerable.Range(1, resource.GetReplicaCount())
                .Select(number => CreateInstance(resource, number, endpoints))
                .ToList();
            resource.Annotations.Add(new InstancesAnnotation([.. instances.Select(instance => instance.Id)]));
            var runner = new ProcessRunner(resource, endpoints, instances, launch, run, _watchdog!, health, notifications, eventing, services);
            LifecycleCommands.AddTo(runner);
            _runners.Add(runner);
        }

        var unreachable = model.Resources.Where(ValueResources.Handles).SelectMany(resource => resource.Annotations.OfType<EndpointAnnotation>());

        foreach (var endpoint in unreachable)
        {
            ResourceEndpoints.AllocateNowhere(endpoint);
        }

        run.Instances = _runners.Sum(runner => runner.Instances.Count) + model.Resources.Count(ValueResources.Handles);
    }

    private ProcessInstance CreateInstance(IResource resource, int number, ResourceEndpoints endpoints)
    {
        var name = resource.GetReplicaCount() > 1 ? $"{resource.Name}-{number}" : resource.Name;
        var file = Path.Combine(run.LogFolder, $"{name}.log");
        var label = new ResourceLabel(name, file);
        var suffix = string.Create(8, 0, static (letters, _) => Random.Shared.GetItems("abcdefghijklmnopqrstuvwxyz", letters));
        var log = new ResourceLogFile(file, run.Clock, text => terminal.Say(TerminalText.Sanitise(text)));
        var copyTo = options.EnableResourceLogging
            ? services.GetRequiredService<ILoggerFactory>().CreateLogger($"{Path.GetFileName(run.AppHost)}.Resources.{resource.Name}")
            : null;
        var instance = new ProcessInstance(resource, suffix, label, endpoints.PortsOfNewInstance(), loggers, log, copyTo);
        run.Label(instance.Id, label);
        return instance;
    }

    private async Task PublishInitialAsync(DistributedApplicationModel model, CancellationToken cancellationToken)
    {
        foreach (var resource in model.Resources)
        {
            if (resource is IResourceWithEndpoints)
            {
                await eventing.PublishAsync(new ResourceEndpointsAllocatedEvent(resource, services), cancellationToken);
            }

            var urls = await ResourceUrls.OfAsync(resource, executionContext, cancellationToken);
            await notifications.PublishUpdateAsync(resource, snapshot => snapshot with
            {
                State = snapshot.State ?? KnownResourceStates.NotStarted,
                CreationTimeStamp = run.Clock.GetUtcNow().UtcDateTime,
                Urls = [.. urls],
            });
        }
    }

    private static async Task StartAsync(ProcessRunner runner, CancellationToken cancellationToken)
    {
        await Task.Yield();
        await runner.StartAsync(runner.Instances, cancellationToken);
    }

    private async Task TellRunningAsync()
    {
        await _started;

        if (!run.Stopping.IsCancellationRequested)
        {
            status.Enter("running");
        }
    }

    private async Task StopAllAsync()
    {
        if (_folder is null)
        {
            return;
        }

        var began = run.Clock.GetTimestamp();
        await run.Stopping.CancelAsync();
        status.Enter("stopping");
        terminal.Say("Stopping…");

        // Nobody waits for others any more, so starts under way end at once, unless code of the AppHost hangs.
        await Task.WhenAny(_started, Task.Delay(TimeSpan.FromSeconds(2), run.Clock));

        foreach (var group in StopOrder.Of(_runners.Select(runner => runner.Resource)))
        {
            var left = StopWithin - run.Clock.GetElapsedTime(began);
            var grace = left < LifecycleCommands.Grace ? left > TimeSpan.Zero ? left : TimeSpan.Zero : LifecycleCommands.Grace;
            await Task.WhenAll(_runners
                .Where(runner => group.Contains(runner.Resource))
                .Select(runner => runner.StopAsync(runner.Instances, grace)));
        }

        await CleanUpAsync();
    }

    private async Task CleanUpAsync()
    {
        await health.DisposeAsync();

        foreach (var runner in _runners)
        {
            await runner.DisposeAsync();
        }

        // Ends what slipped out of its group, then itself.
        await (_watchdog?.DisposeAsync() ?? ValueTask.CompletedTask);
        await _stopped.CancelAsync();
        await Task.WhenAll(_work).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        status.Enter("stopped");
        terminal.Say("Stopped.");
        _hangUp?.Dispose();
        _folder!.Release();
    }
}
