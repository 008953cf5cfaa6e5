using System.Diagnostics;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using ServiceDefaults.Settings.Catalog;

namespace ServiceDefaults.Telemetry.Tracing;

/// <summary>
/// Exports a failed span that sampling had left out, with the spans around it: they end later, and are marked now. Nothing
/// is kept meanwhile. A bucket bounds it, because callers can fail as often as they like.
/// </summary>
internal sealed class FailedSpans(IOptionsMonitor<TracingOptions> options, TimeProvider clock) : BaseProcessor<Activity>
{
    /// <summary>Tells such a trace from one of the sample, for whoever counts.</summary>
    public const string KeptTag = "mcp.platform.kept_for";

    private const double PerSecond = 20;
    private const double Burst = 100;

    private readonly Lock _gate = new();
    private double _allowance = Burst;
    private long _refilled = clock.GetTimestamp();

    public override void OnEnd(Activity data)
    {
        if (data.Recorded || data.Status != ActivityStatusCode.Error || !options.CurrentValue.KeepErrors || !TryTake())
        {
            return;
        }

        data.SetTag(KeptTag, "error");
        for (var span = data; span is not null; span = span.Parent)
        {
            span.ActivityTraceFlags |= ActivityTraceFlags.Recorded;
        }
    }

    private bool TryTake()
    {
        lock (_gate)
        {
            var now = clock.GetTimestamp();
            _allowance = Math.Min(Burst, _allowance + (clock.GetElapsedTime(_refilled, now).TotalSeconds * PerSecond));
            _refilled = now;
            if (_allowance < 1)
            {
                return false;
            }

            _allowance--;
            return true;
        }
    }
}
