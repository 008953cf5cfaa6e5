using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace Testing;

/// <summary>What one host measures from now on; other hosts of the same test process stay out of it.</summary>
public sealed class RecordedMetrics : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentQueue<Measured> _measured = new();
    private readonly ConcurrentQueue<Measured> _observed = new();

    public RecordedMetrics(IServiceProvider services)
    {
        var factory = services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope == factory)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>What a counter was raised by since this began.</summary>
    /// <param name="labels">Like <c>result=success</c>; those that are not named may have any value.</param>
    public double Sum(string name, params string[] labels) => Of(_measured, name, labels).Sum(measured => measured.Value);

    /// <summary>How often a counter or histogram was fed since this began.</summary>
    public int Count(string name, params string[] labels) => Of(_measured, name, labels).Count();

    /// <summary>The label sets a counter was fed with, like <c>method=tools/call status=200</c>, each once.</summary>
    public IReadOnlyList<string> Series(string name) =>
        [.. Of(_measured, name, []).Select(measured => string.Join(' ', measured.Labels)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>What a gauge says at this moment, like <c>module=media 1</c>.</summary>
    public IReadOnlyList<string> Gauge(string name)
    {
        lock (_observed)
        {
            _observed.Clear();
            _listener.RecordObservableInstruments();
            return [.. Of(_observed, name, []).Select(measured => string.Join(' ', [.. measured.Labels, $"{measured.Value}"])).Order(StringComparer.Ordinal)];
        }
    }

    public void Dispose() => _listener.Dispose();

    private static IEnumerable<Measured> Of(IEnumerable<Measured> all, string name, string[] labels) =>
        all.Where(measured => measured.Name == name && labels.All(measured.Labels.Contains));

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = new List<string>(tags.Length);
        foreach (var (name, label) in tags)
        {
            labels.Add($"{name}={label}");
        }

        (instrument.IsObservable ? _observed : _measured).Enqueue(new Measured(instrument.Name, value, labels));
    }

    private sealed record Measured(string Name, double Value, List<string> Labels);
}
