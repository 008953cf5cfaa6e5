using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.Orchestration;

/// <summary>
/// One line a change of state on the terminal, the end of a failed resource's output, and the addresses when all is well.
/// </summary>
internal sealed class TerminalView(LocalRun run, ResourceNotificationService notifications, ResourceLoggerService loggers)
{
    private const int LinesOfFailure = 10;

    private static readonly bool HasColours =
        !Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));

    private readonly Dictionary<string, string> _shown = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, ResourceEvent> _latest = new(StringComparer.OrdinalIgnoreCase);
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

        // Values are there or not; only a missing one is news.
        if (state is null || state == KnownResourceStates.NotStarted
            || (ValueResources.Handles(change.Resource) && run.ReasonOf(change.ResourceId) is null)
            || (_shown.TryGetValue(change.ResourceId, out var before) && before == state + run.ReasonOf(change.ResourceId)))
        {
            return;
        }

        _shown[change.ResourceId] = state + run.ReasonOf(change.ResourceId);
        var label = run.LabelOf(change.ResourceId);
        var url = state is "Healthy" or "Running" ? change.Snapshot.Urls.FirstOrDefault(u => !u.IsInternal)?.Url : null;
        var reason = run.ReasonOf(change.ResourceId);
        var line = string.Create(CultureInfo.InvariantCulture, $"{run.Clock.GetLocalNow():HH:mm:ss}  {label.Name,-16} {state,-14}");
        Say($"{Coloured(line, state, reason)} {TerminalText.Sanitise(url ?? reason ?? "")}".TrimEnd());

        if (change.Snapshot.ExitCode is not (null or 0) && reason is not null && label.Log is not null)
        {
            await ShowFailureAsync(change.ResourceId, label.Log);
        }
    }

    private async Task ShowFailureAsync(string id, string log)
    {
        await foreach (var kept in loggers.GetAllAsync(id))
        {
            foreach (var line in kept.TakeLast(LinesOfFailure))
            {
                Say($"          | {TerminalText.Sanitise(line.Content)}");
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
        var urls = _latest.Values
            .SelectMany(latest => latest.Snapshot.Urls.Where(url => !url.IsInternal)
                .Select(url => (latest.Resource.Name, url.Url, Text: url.DisplayProperties.DisplayName)))
            .Distinct()
            .ToList();

        Say("");
        var seconds = (run.Clock.GetUtcNow() - run.StartedAt).TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);
        Say($"All resources are up after {seconds} s. Ctrl+C stops them. Logs: {run.LogFolder}");
        urls.ForEach(url => Say($"  {url.Name,-16} {TerminalText.Sanitise(url.Url)}  {TerminalText.Sanitise(url.Text)}".TrimEnd()));
        Say("");
    }

    private static string? StateOf(CustomResourceSnapshot snapshot) => snapshot switch
    {
        { IsReady: true, HealthStatus: HealthStatus.Healthy } => "Healthy",
        { IsReady: true, HealthStatus: { } worse } => worse.ToString(),
        _ => snapshot.State?.Text,
    };

    private static string Coloured(string line, string state, string? reason) =>
        !HasColours ? line
        : reason is not null || state is "FailedToStart" or "ValueMissing" or "Unhealthy" ? $"\e[31m{line}\e[0m"
        : state is "Healthy" ? $"\e[32m{line}\e[0m"
        : line;
}
