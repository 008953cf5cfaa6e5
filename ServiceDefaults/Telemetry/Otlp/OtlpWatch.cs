using System.Diagnostics.Tracing;
using Microsoft.Extensions.Logging;

namespace ServiceDefaults.Telemetry.Otlp;

/// <summary>
/// Says once that telemetry does not reach the collector, and once that it does again. The exporter tells of its results
/// in no other way than by events; they cover both protocols, a gRPC status in a trailer among it.
/// </summary>
internal sealed partial class OtlpWatch : EventListener
{
    private const string Exporter = "OpenTelemetry-Exporter-OpenTelemetryProtocol";
    private const string Success = "ExportSuccess";
    private const int MaxReasonLength = 200;

    private readonly OtlpSettings _settings;
    private readonly TimeProvider _clock;
    private readonly ILogger<OtlpWatch> _logger;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, string> _failing = new(StringComparer.Ordinal);
    private readonly bool _isReady;
    private QueueDrops? _drops;
    private long _since;
    private int _failures;

    public OtlpWatch(OtlpSettings settings, TimeProvider clock, ILogger<OtlpWatch> logger)
    {
        _settings = settings;
        _clock = clock;
        _logger = logger;
        _isReady = true;
    }

    public override void Dispose()
    {
        base.Dispose();
        _drops?.Dispose();
    }

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == Exporter)
        {
            EnableEvents(eventSource, EventLevel.Informational);
        }
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        // The base class subscribes before this one's constructor runs.
        if (!_isReady || eventData.Payload is not [string address, ..] payload
            || !Uri.TryCreate(address, UriKind.Absolute, out var endpoint) || !_settings.Authorities.Contains(OtlpSettings.AuthorityOf(endpoint)))
        {
            return;
        }

        var place = endpoint.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);
        if (eventData.EventName == Success)
        {
            Succeeded(place);
        }
        else if (eventData.Level is EventLevel.Critical or EventLevel.Error or EventLevel.Warning)
        {
            Failed(place, payload.Count > 1 && payload[^1] is string text ? FirstLine(text) : eventData.EventName ?? "");
        }
    }

    private static string FirstLine(string text)
    {
        var line = text.AsSpan();
        var end = line.IndexOfAny('\r', '\n');
        line = end < 0 ? line : line[..end];
        return line[..Math.Min(line.Length, MaxReasonLength)].ToString();
    }

    /// <summary>Traces, metrics and logs mostly fail together and for one reason, which is said once.</summary>
    private void Failed(string place, string reason)
    {
        lock (_gate)
        {
            _failures++;
            if (_failing.Count == 0)
            {
                _since = _clock.GetTimestamp();
                _drops = new QueueDrops();
            }

            var isNew = !_failing.ContainsValue(reason);
            if (_failing.TryAdd(place, reason) && isNew)
            {
                LogFailed(place, reason);
            }
        }
    }

    private void Succeeded(string place)
    {
        lock (_gate)
        {
            if (!_failing.Remove(place) || _failing.Count > 0)
            {
                return;
            }

            LogRecovered(place, (long)_clock.GetElapsedTime(_since).TotalSeconds, _failures, _drops?.Count ?? 0);
            _drops?.Dispose();
            _drops = null;
            _failures = 0;
        }
    }

    [LoggerMessage(LogLevel.Warning, "Telemetry does not reach the collector at {Endpoint}: {Reason}. The service runs on; what does not fit the queues is dropped until it answers again", EventName = "otlp_export_failed")]
    private partial void LogFailed(string endpoint, string reason);

    [LoggerMessage(LogLevel.Information, "Telemetry reaches the collector at {Endpoint} again after {Seconds} s; {Failures} exports had failed, and {Dropped} spans and log records found the queues full", EventName = "otlp_export_recovered")]
    private partial void LogRecovered(string endpoint, long seconds, int failures, long dropped);
}
