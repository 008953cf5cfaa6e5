using System.Text;
using OpenTelemetry.Metrics;

namespace OpenTelemetry.Exporter.Prometheus;

/// <summary>
/// What an instrument is called in Prometheus: forbidden characters become one underscore, the unit is appended in words,
/// counters end in <c>_total</c>. An instrument without a unit, named so already, keeps its name.
/// </summary>
/// <param name="Sample">Name of the samples, before <c>_bucket</c>, <c>_sum</c> and <c>_count</c>.</param>
/// <param name="Family">Name in TYPE, HELP and UNIT lines.</param>
internal sealed record MetricNames(string Sample, string Family, string Type, string? Unit)
{
    private const string Total = "_total";

    public static MetricNames Of(Metric metric, bool openMetrics)
    {
        var type = TypeOf(metric.MetricType);
        var isCounter = type == "counter";
        var unit = UnitName.Of(metric.Unit);
        var name = Sanitize(metric.Name);
        var stem = isCounter && name.EndsWith(Total, StringComparison.Ordinal) ? name[..^Total.Length] : name;
        if (unit is not null && !stem.EndsWith(unit, StringComparison.Ordinal))
        {
            stem = $"{stem}_{unit}";
        }

        var sample = isCounter ? stem + Total : stem;
        return new MetricNames(sample, openMetrics && isCounter ? stem : sample, type, unit);
    }

    /// <summary>Letters, digits, <c>_</c> and <c>:</c>, not beginning with a digit.</summary>
    public static string Sanitize(string name)
    {
        var result = new StringBuilder(name.Length + 1);
        foreach (var character in name)
        {
            if (char.IsAsciiLetterOrDigit(character) || character == ':')
            {
                result.Append(result.Length == 0 && char.IsAsciiDigit(character) ? "_" : "");
                result.Append(character);
            }
            else if (result.Length == 0 || result[^1] != '_')
            {
                result.Append('_');
            }
        }

        return result.ToString();
    }

    private static string TypeOf(MetricType type) => type switch
    {
        MetricType.LongSum or MetricType.DoubleSum => "counter",
        MetricType.Histogram => "histogram",
        _ => "gauge",
    };
}
