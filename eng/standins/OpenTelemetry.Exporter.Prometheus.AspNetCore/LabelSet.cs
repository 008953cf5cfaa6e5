using System.Globalization;
using OpenTelemetry.Metrics;

namespace OpenTelemetry.Exporter.Prometheus;

/// <summary>The labels of one sample. Keys that become equal when cleaned share one label, their values joined by <c>;</c>.</summary>
internal sealed class LabelSet
{
    private readonly List<KeyValuePair<string, string>> _labels = [];

    public LabelSet()
    {
    }

    public LabelSet(LabelSet others) => _labels.AddRange(others._labels);

    public bool IsEmpty => _labels.Count == 0;

    public void Add(string key, object? value)
    {
        var name = MetricNames.Sanitize(key).Replace(':', '_');
        var text = Text(value);
        var index = _labels.FindIndex(label => label.Key == name);
        if (index < 0)
        {
            _labels.Add(KeyValuePair.Create(name, text));
        }
        else
        {
            _labels[index] = KeyValuePair.Create(name, $"{_labels[index].Value};{text}");
        }
    }

    public void AddScope(Metric metric)
    {
        Add("otel_scope_name", metric.MeterName);
        if (!string.IsNullOrEmpty(metric.MeterVersion))
        {
            Add("otel_scope_version", metric.MeterVersion);
        }

        foreach (var (key, value) in metric.MeterTags ?? [])
        {
            Add($"otel_scope_{key}", value);
        }
    }

    public override string ToString() => string.Join(',', _labels.Select(label => $"{label.Key}=\"{Escaped.Label(label.Value)}\""));

    private static string Text(object? value) => value switch
    {
        null => "",
        bool flag => flag ? "true" : "false",
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };
}
