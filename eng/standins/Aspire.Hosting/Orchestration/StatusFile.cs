using System.Text.Json;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Orchestration;

/// <summary>
/// <c>apphost.json</c> in the state folder: the run and its resources, for scripts. It is replaced as a whole on every
/// change and stays after the end, with state <c>stopped</c>. <c>health</c> is <c>pending</c>, <c>healthy</c> when every resource
/// is ready or has done its work, <c>failed</c> when one failed.
/// </summary>
internal sealed partial class StatusFile(LocalRun run, ResourceNotificationService notifications, ILogger<StatusFile> logger)
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, ResourceEvent> _latest = new(StringComparer.Ordinal);
    private bool _hasSaid;
    private string _state = "starting";

    public string FullPath => Path.Combine(run.Folder, "apphost.json");

    public async Task FollowAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var change in notifications.WatchAsync(cancellationToken))
            {
                lock (_gate)
                {
                    _latest[change.ResourceId] = change;
                    Write();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The run stops.
        }
    }

    /// <param name="state"><c>starting</c>, <c>running</c> (each resource was started or has failed), <c>stopping</c> or <c>stopped</c>.</param>
    public void Enter(string state)
    {
        lock (_gate)
        {
            _state = state;

            // What happened last may still be on its way to us.
            foreach (var id in _latest.Keys.ToList())
            {
                _latest[id] = notifications.TryGetCurrentState(id, out var current) ? current : _latest[id];
            }

            Write();
        }
    }

    private void Write()
    {
        var status = new
        {
            Pid = Environment.ProcessId,
            run.StartedAt,
            run.Version,
            State = _state,
            Health = run.HasFailures ? "failed"
                : _latest.Count >= run.Instances && _latest.Values.All(ValueResources.IsSettled) ? "healthy"
                : "pending",
            Resources = _latest.Values.Select(Describe),
        };

        try
        {
            var next = FullPath + ".new";
            File.WriteAllBytes(next, JsonSerializer.SerializeToUtf8Bytes(status, Format));
            File.Move(next, FullPath, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            if (!_hasSaid)
            {
                _hasSaid = true;
                LogUnwritable(exception, FullPath);
            }
        }
    }

    private object Describe(ResourceEvent latest)
    {
        var label = run.LabelOf(latest.ResourceId);
        var snapshot = latest.Snapshot;

        return new
        {
            label.Name,
            Resource = latest.Resource.Name,
            Id = latest.ResourceId,
            Type = snapshot.ResourceType,
            State = snapshot.State?.Text,
            Health = snapshot.HealthStatus?.ToString(),
            IsReady = snapshot.IsReady && snapshot.HealthStatus is not null,
            snapshot.ExitCode,
            Urls = snapshot.Urls.Select(url => new { url.Name, url.Url, Text = url.DisplayProperties.DisplayName }),
            label.Log,
            Reason = run.ReasonOf(latest.ResourceId),
        };
    }

    [LoggerMessage(LogLevel.Warning, "Cannot write {Path}; scripts that read it see an older state")]
    private partial void LogUnwritable(Exception exception, string path);
}
