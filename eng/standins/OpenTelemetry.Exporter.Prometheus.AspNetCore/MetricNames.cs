using System.Text.RegularExpressions;
using OpenTelemetry.Metrics;

namespace OpenTelemetry.Exporter.Prometheus;

/// <summary>
/// What an instrument is called in Prometheus: forbidden characters become one underscore, the unit is appended in words,
/// counters end in <c>_total</c>. An instrument without a unit, named so already, keeps its name.
/// </summary>
/// <param name="Sample">Name of the samples, before <c>_bucket</c>, <c>_sum</c> and <c>_count</c>.</param>
/// <param name="Family">Name in TYPE, HELP and UNIT lines.</param>
internal sealed partial record MetricNames(string Sample, string Family, string Type, string Unit)
{
    private const string Total = "_total";

    public static MetricNames Of(Metric metric, bool openMetrics)
    {
        var type = TypeOf(metric.MetricType);
        var isCounter = type == "counter";
        var unit = UnitName.Of(metric.Unit);

        // The older format cleans the name before it looks for the unit in it, OpenMetrics afterwards and without _total.
        var name = openMetrics ? (isCounter ? WithoutTotal(metric.Name) : metric.Name) : Clean(metric.Name);
        var hasUnit = name.EndsWith(unit, StringComparison.Ordinal)
            || (isCounter && !openMetrics && name.EndsWith(unit + Total, StringComparison.Ordinal));
        name = hasUnit ? name : $"{name}_{unit}";
        name = openMetrics ? Clean(name) : name;

        var sample = isCounter && !name.EndsWith(Total, StringComparison.Ordinal) ? name + Total : name;
        return new MetricNames(sample, openMetrics && isCounter ? WithoutTotal(sample) : sample, type, unit);
    }

    public static string Clean(string name) => Forbidden().Replace(name, "_");

    private static string WithoutTotal(string name) => name.EndsWith(Total, StringComparison.Ordinal) ? name[..^Total.Length] : name;

    private static string TypeOf(MetricType type) => type switch
    {
        MetricType.LongSum or MetricType.DoubleSum => "counter",
        MetricType.Histogram => "histogram",
        _ => "gauge",
    };

    [GeneratedRegex("[^a-zA-Z0-9:]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Forbidden();
}
