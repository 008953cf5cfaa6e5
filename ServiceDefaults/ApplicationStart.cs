using Microsoft.Extensions.Hosting;

namespace ServiceDefaults;

internal static class ApplicationStart
{
    /// <summary>Waits until every hosted service runs and the sockets are open.</summary>
    /// <exception cref="OperationCanceledException">The application stops before it has started.</exception>
    public static async Task WaitForStartAsync(this IHostApplicationLifetime lifetime, CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stoppingToken);
    }
}
