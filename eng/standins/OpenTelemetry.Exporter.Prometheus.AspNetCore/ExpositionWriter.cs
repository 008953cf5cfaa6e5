using System.Globalization;
using System.Text;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace OpenTelemetry.Exporter.Prometheus;

/// <summary>Writes one scrape. Metrics of one name form one family, whichever meters they come from, as Prometheus demands.</summary>
internal sealed class ExpositionWriter(ExpositionFormat format, PrometheusAspNetCoreOptions options)
{
    private readonly StringBuilder _text = new(16 * 1024);

    public void WriteTargetInfo(Resource resource)
    {
        var labels = new LabelSet();
        foreach (var (key, value) in resource.Attributes)
        {
            labels.Add(key, value);
        }

        if (labels.IsEmpty)
        {
            return;
        }

        var family = format.IsOpenMetrics ? "target" : "target_info";
        WriteLine($"# TYPE {family} {(format.IsOpenMetrics ? "info" : "gauge")}");
        WriteLine($"# HELP {family} Target metadata");
        WriteLine($"target_info{{{labels}}} 1");
    }

    public byte[] WriteMetrics(in Batch<Metric> batch)
    {
        var families = new Dictionary<string, List<(Metric Metric, MetricNames Names)>>(StringComparer.Ordinal);
        foreach (var metric in batch)
        {
            // Exponential histograms have no form in these formats.
            if (metric.MetricType != MetricType.ExponentialHistogram)
            {
                var names = MetricNames.Of(metric, format.IsOpenMetrics);
                if (!families.TryGetValue(names.Family, out var family))
                {
                    families.Add(names.Family, family = []);
                }

                family.Add((metric, names));
            }
        }

        foreach (var family in families.Values)
        {
            WriteFamily(family);
        }

        if (format.IsOpenMetrics)
        {
            WriteLine("# EOF");
        }

        return Encoding.UTF8.GetBytes(_text.ToString());
    }

    /// <summary>A second instrument of the same name but another type cannot be told apart: the first one is kept.</summary>
    private void WriteFamily(List<(Metric Metric, MetricNames Names)> family)
    {
        var (first, names) = family[0];
        WriteLine($"# TYPE {names.Family} {names.Type}");
        if (format.IsOpenMetrics && names.Unit is not null)
        {
            WriteLine($"# UNIT {names.Family} {names.Unit}");
        }

        if (!string.IsNullOrEmpty(first.Description))
        {
            WriteLine($"# HELP {names.Family} {Escaped.Help(first.Description, format.IsOpenMetrics)}");
        }

        foreach (var (metric, ofMetric) in family)
        {
            if (ofMetric.Type == names.Type)
            {
                WritePoints(metric, ofMetric);
            }
        }
    }

    private void WritePoints(Metric metric, MetricNames names)
    {
        var scope = new LabelSet();
        if (options.ScopeInfoEnabled)
        {
            scope.AddScope(metric);
        }

        foreach (ref readonly var point in metric.GetMetricPoints())
        {
            var labels = new LabelSet(scope);
            foreach (var (key, value) in point.Tags)
            {
                labels.Add(key, value);
            }

            if (metric.MetricType == MetricType.Histogram)
            {
                WriteHistogram(names, labels, in point);
            }
            else
            {
                WriteSample(names.Sample, labels, Value(metric.MetricType, in point));
            }

            if (format.IsOpenMetrics && names.Type != "gauge")
            {
                WriteSample($"{names.Family}_created", labels, Number((point.StartTime - DateTimeOffset.UnixEpoch).TotalSeconds));
            }
        }
    }

    private void WriteHistogram(MetricNames names, LabelSet labels, in MetricPoint point)
    {
        var bucketLabels = labels.IsEmpty ? "" : $"{labels},";
        var atMost = 0L;
        foreach (var bucket in point.GetHistogramBuckets())
        {
            atMost += bucket.BucketCount;
            WriteLine($"{names.Sample}_bucket{{{bucketLabels}le=\"{Bound(bucket.ExplicitBound)}\"}} {atMost}");
        }

        WriteSample($"{names.Sample}_sum", labels, Number(point.GetHistogramSum()));
        WriteSample($"{names.Sample}_count", labels, Number(point.GetHistogramCount()));
    }

    private void WriteSample(string name, LabelSet labels, string value) =>
        WriteLine(labels.IsEmpty ? $"{name} {value}" : $"{name}{{{labels}}} {value}");

    private void WriteLine(string line) => _text.Append(line).Append('\n');

    private static string Value(MetricType type, in MetricPoint point) => type switch
    {
        MetricType.LongSum or MetricType.LongSumNonMonotonic => Number(point.GetSumLong()),
        MetricType.DoubleSum or MetricType.DoubleSumNonMonotonic => Number(point.GetSumDouble()),
        MetricType.LongGauge => Number(point.GetGaugeLastValueLong()),
        _ => Number(point.GetGaugeLastValueDouble()),
    };

    /// <summary>OpenMetrics writes whole bounds with their fraction: <c>1.0</c>.</summary>
    private string Bound(double bound)
    {
        var text = Number(bound);
        return format.IsOpenMetrics && double.IsInteger(bound) && !text.Contains('E', StringComparison.Ordinal) ? text + ".0" : text;
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };
}
