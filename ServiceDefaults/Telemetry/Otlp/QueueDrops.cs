using System.Diagnostics.Metrics;

namespace ServiceDefaults.Telemetry.Otlp;

/// <summary>Counts the spans and log records that find the export queues full, from its making to its end.</summary>
internal sealed class QueueDrops : IDisposable
{
    private const string SdkMeter = "otel.sdk.experimental";
    private const string QueueFull = "queue_full";

    private readonly MeterListener _listener = new();
    private long _count;

    public QueueDrops()
    {
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Meter.Name == SdkMeter && instrument.Name.StartsWith("otel.sdk.processor.", StringComparison.Ordinal))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, measurement, tags, _) => Add(measurement, tags));
        _listener.Start();
    }

    public long Count => Interlocked.Read(ref _count);

    public void Dispose() => _listener.Dispose();

    private void Add(long measurement, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        foreach (var tag in tags)
        {
            if (tag is { Key: "error.type", Value: QueueFull })
            {
                Interlocked.Add(ref _count, measurement);
            }
        }
    }
}
