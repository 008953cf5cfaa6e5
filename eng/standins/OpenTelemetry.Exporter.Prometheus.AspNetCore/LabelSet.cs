using System.Globalization;
using System.Text.RegularExpressions;
using OpenTelemetry.Metrics;

namespace OpenTelemetry.Exporter.Prometheus;

/// <summary>The labels of one sample. Keys that become equal when cleaned share one label, their values joined by <c>;</c>.</summary>
/// <param name="reserved">Labels the format writes itself; an instrument's own of that name are left out.</param>
internal sealed partial class LabelSet(params string[] reserved)
{
    private static readonly string[] OfScope = ["otel_scope_name", "otel_scope_version", "otel_scope_schema_url"];

    private readonly List<(string Key, string Name, string Value)> _labels = [];

    public LabelSet(LabelSet others, params string[] reserved)
        : this(reserved) => _labels.AddRange(others._labels);

    public bool IsEmpty => _labels.Count == 0;

    public void Add(string key, object? value)
    {
        if (Clean(key) is var name && !reserved.Contains(name))
        {
            _labels.Add((key, name, Text(value)));
        }
    }

    public void AddScope(Metric metric)
    {
        _labels.AddRange(OfScope.Zip([metric.MeterName, metric.MeterVersion, metric.MeterSchemaUrl], (name, value) => (name, name, value)).Where(label => label.value.Length > 0));
        _labels.AddRange((metric.MeterTags ?? []).Select(tag => (tag.Key, Name: Clean($"otel_scope_{tag.Key}"), Text(tag.Value))).Where(label => !OfScope.Contains(label.Name)));
    }

    /// <param name="room">Labels whose names and values would need more characters in all are left out.</param>
    public string ToText(int room = int.MaxValue) => string.Join(',', _labels
        .GroupBy(label => label.Name, StringComparer.Ordinal)
        .Select(label => (Name: label.Key, Value: string.Join(';', label.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => one.Value))))
        .Select(label => (label.Name, label.Value, Length: label.Name.Length + label.Value.EnumerateRunes().Count()))
        .Where(label => label.Length <= room && (room -= label.Length) >= 0)
        .Select(label => $"{label.Name}=\"{Escape(label.Value, quotationMarks: true)}\""));

    public static string Escape(string text, bool quotationMarks)
    {
        var escaped = text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        return quotationMarks ? escaped.Replace("\"", "\\\"", StringComparison.Ordinal) : escaped;
    }

    private static string Clean(string key)
    {
        var name = key.Length == 0 ? "_" : Forbidden().Replace(key, "_");
        return char.IsAsciiDigit(name[0]) ? $"_{name}" : name;
    }

    private static string Text(object? value) => value switch
    {
        null => "",
        bool flag => flag ? "true" : "false",
        double or float => CanonicalNumber.Label(Convert.ToDouble(value, CultureInfo.InvariantCulture)),
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    [GeneratedRegex("_?[^a-zA-Z0-9_]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Forbidden();
}
