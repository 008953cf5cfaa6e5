using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.Orchestration;

/// <summary>
/// One line when a resource is where it should be (its replicas together), when it fails or recovers, the end of a failed
/// resource's output, and a line when all is well.
/// </summary>
internal sealed class TerminalView(LocalRun run, ResourceNotificationService notifications, ResourceLoggerService loggers)
{
    private const int LinesOfFailure = 10;

    private static readonly bool HasColours =
        !Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));

    private readonly Dictionary<string, string> _shown = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, ResourceEvent> _latest = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, string> _together = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _explained = new(StringComparer.OrdinalIgnoreCase);
    private bool _hasSummed;

    public void Say(string text)
    {
        if (run.ShowsOnTerminal)
        {
            try
            {
                Console.Out.WriteLine(text);
            }
            catch (IOException)
            {
                // The terminal is gone; the run goes on until somebody ends it.
            }
        }
    }

    public async Task FollowAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var change in notifications.WatchAsync(cancellationToken))
            {
                _latest[change.ResourceId] = change;
                await ShowAsync(change);
                Sum();
            }
        }
        catch (OperationCanceledException)
        {
            // The run has stopped; what happened last may still be unread.
            foreach (var id in _latest.Keys.ToList())
            {
                if (notifications.TryGetCurrentState(id, out var current))
                {
                    await ShowAsync(current);
                }
            }
        }
    }

    private async Task ShowAsync(ResourceEvent change)
    {
        var state = StateOf(change.Snapshot);
        var reason = run.ReasonOf(change.ResourceId);

        if (!IsNews(change, state, reason) || (_shown.TryGetValue(change.ResourceId, out var before) && before == state + reason))
        {
            return;
        }

        var replicas = change.Resource.GetReplicaCount();
        var isOneOfMany = replicas > 1 && reason is null && _together.GetValueOrDefault(change.Resource.Name) != state;

        if (isOneOfMany && !AllAre(change.Resource, state!))
        {
            return;
        }

        foreach (var id in isOneOfMany ? change.Resource.GetInstanceIds() : [change.ResourceId])
        {
            _shown[id] = state + reason;
        }

        if (isOneOfMany)
        {
            _together[change.Resource.Name] = state!;
        }

        var label = run.LabelOf(change.ResourceId);
        var name = isOneOfMany ? $"{change.Resource.Name} ×{replicas}" : label.Name;
        var url = state is "Healthy" or "Running" ? change.Snapshot.Urls.FirstOrDefault(u => !u.IsInternal)?.Url : null;
        var line = string.Create(CultureInfo.InvariantCulture, $"{run.Clock.GetLocalNow():HH:mm:ss}  {name,-16} {state,-14}");
        // What a resource waited for has a line of its own, so the details after the bar would repeat it.
        Say($"{Coloured(line, state!, reason)} {TerminalText.Sanitise(url ?? reason?.Split(" | ")[0] ?? "")}".TrimEnd());

        if (change.Snapshot.ExitCode is not (null or 0) && reason is not null && label.Log is not null)
        {
            await ShowFailureAsync(change, label.Log);
        }
    }

    /// <summary>On the way to where it should be, a resource is no news; an end that was asked for is none either.</summary>
    private bool IsNews(ResourceEvent change, string? state, string? reason) => reason is not null
        ? change.Snapshot.State?.Text is not ("Waiting" or "Starting" or "NotStarted")
        : state is not null && !ValueResources.Handles(change.Resource)
            && (state is "Healthy" or "Running" or "Finished" or "Exited" or "Degraded"
                || (state is "Unhealthy" && _shown.ContainsKey(change.ResourceId)))
            && !run.Stopping.IsCancellationRequested
            && !(state is "Running" && !change.Snapshot.HealthReports.IsEmpty);

    private bool AllAre(IResource resource, string state) => resource.GetInstanceIds().All(
        id => notifications.TryGetCurrentState(id, out var latest) && StateOf(latest.Snapshot) == state);

    /// <summary>Replicas tend to fail alike: the output of the first is shown, of the others where it lies.</summary>
    private async Task ShowFailureAsync(ResourceEvent change, string log)
    {
        if (_explained.Add(change.Resource.Name))
        {
            await foreach (var kept in loggers.GetAllAsync(change.ResourceId))
            {
                foreach (var line in kept.TakeLast(LinesOfFailure))
                {
                    Say($"          | {TerminalText.ForPeople(line.Content)}");
                }
            }
        }

        Say($"          all of its output: {log}");
    }

    /// <summary>Once, when every resource that is to run does.</summary>
    private void Sum()
    {
        if (_hasSummed || _latest.Count < run.Instances || !_latest.Values.All(ValueResources.IsSettled))
        {
            return;
        }

        _hasSummed = true;
        var seconds = (run.Clock.GetUtcNow() - run.StartedAt).TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);
        var stop = Console.IsOutputRedirected ? "" : " Ctrl+C stops them.";
        Say($"All resources are up after {seconds} s.{stop} Logs: {run.LogFolder}");
    }

    private static string? StateOf(CustomResourceSnapshot snapshot) => snapshot switch
    {
        { IsReady: true, HealthStatus: HealthStatus.Healthy, HealthReports.IsEmpty: false } => "Healthy",
        { IsReady: true, HealthStatus: { } worse and not HealthStatus.Healthy } => worse.ToString(),
        _ => snapshot.State?.Text,
    };

    private static string Coloured(string line, string state, string? reason) =>
        !HasColours ? line
        : reason is not null || state is "FailedToStart" or "ValueMissing" or "Unhealthy" ? $"\e[31m{line}\e[0m"
        : state is "Healthy" ? $"\e[32m{line}\e[0m"
        : line;
}
