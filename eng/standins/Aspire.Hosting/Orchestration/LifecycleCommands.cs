using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Orchestration;

/// <summary>The commands start, stop and restart of every program; they act on one instance.</summary>
internal static class LifecycleCommands
{
    /// <summary>How long a process may take to end when it is asked to.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    public static void AddTo(ProcessRunner runner)
    {
        Add(runner, KnownResourceCommands.StartCommand, "Start", isRunning: false, StartAsync);
        Add(runner, KnownResourceCommands.StopCommand, "Stop", isRunning: true, StopAsync);
        Add(runner, KnownResourceCommands.RestartCommand, "Restart", isRunning: true, async (runner, instance, token) =>
        {
            await StopAsync(runner, instance, token);
            return await StartAsync(runner, instance, token);
        });
    }

    private static void Add(
        ProcessRunner runner, string name, string text, bool isRunning,
        Func<ProcessRunner, ProcessInstance, CancellationToken, Task<ExecuteCommandResult>> execute)
    {
        if (runner.Resource.Annotations.OfType<ResourceCommandAnnotation>().Any(command => command.Name == name))
        {
            return;
        }

        runner.Resource.Annotations.Add(new ResourceCommandAnnotation(
            name,
            text,
            context => IsUp(context.ResourceSnapshot) == isRunning ? ResourceCommandState.Enabled : ResourceCommandState.Disabled,
            async context =>
            {
                var instance = runner.Instances.First(candidate => candidate.Id == context.ResourceName);
                await instance.Gate.WaitAsync(context.CancellationToken);

                try
                {
                    return await execute(runner, instance, context.CancellationToken);
                }
                finally
                {
                    instance.Gate.Release();
                }
            },
            displayDescription: null,
            parameter: null,
            confirmationMessage: null,
            iconName: null,
            iconVariant: null,
            isHighlighted: true));
    }

    private static async Task<ExecuteCommandResult> StartAsync(ProcessRunner runner, ProcessInstance instance, CancellationToken cancellationToken)
    {
        if (!instance.IsRunning)
        {
            await runner.StartAsync([instance], cancellationToken);
        }

        return instance.IsRunning
            ? CommandResults.Success()
            : CommandResults.Failure(runner.ReasonOf(instance) ?? $"'{instance.Label.Name}' ended at once.");
    }

    private static async Task<ExecuteCommandResult> StopAsync(ProcessRunner runner, ProcessInstance instance, CancellationToken cancellationToken)
    {
        await runner.StopAsync([instance], Grace);
        return CommandResults.Success();
    }

    private static bool IsUp(CustomResourceSnapshot snapshot) =>
        snapshot.State?.Text is { } state
        && (state == KnownResourceStates.Running || state == KnownResourceStates.Starting || state == KnownResourceStates.Stopping);
}
