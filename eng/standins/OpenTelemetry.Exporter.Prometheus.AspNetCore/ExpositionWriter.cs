using System.Globalization;
using System.Text;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace OpenTelemetry.Exporter.Prometheus;

/// <summary>Writes one scrape. Metrics of one name form one family, whichever meters they come from, as Prometheus demands.</summary>
internal sealed class ExpositionWriter(ExpositionFormat format, PrometheusAspNetCoreOptions options)
{
    private readonly StringBuilder _text = new(64 * 1024);

    public void WriteTargetInfo(Resource resource)
    {
        var labels = new LabelSet();
        foreach (var (key, value) in resource.Attributes)
        {
            labels.Add(key, value);
        }

        if (!labels.IsEmpty)
        {
            var (family, type) = format.IsOpenMetrics ? ("target", "info") : ("target_info", "gauge");
            _text.Append(CultureInfo.InvariantCulture, $"# TYPE {family} {type}\n# HELP {family} Target metadata\ntarget_info{{{labels.ToText()}}} 1\n");
        }
    }

    public byte[] WriteMetrics(in Batch<Metric> batch)
    {
        var metrics = new List<(Metric Metric, MetricNames Names)>();
        foreach (var metric in batch)
        {
            // Exponential histograms have no form in these formats.
            if (metric.MetricType != MetricType.ExponentialHistogram)
            {
                metrics.Add((metric, MetricNames.Of(metric, format.IsOpenMetrics)));
            }
        }

        foreach (var family in metrics.GroupBy(metric => metric.Names.Family, StringComparer.Ordinal).OrderBy(family => family.Key, StringComparer.Ordinal))
        {
            WriteFamily([.. family]);
        }

        return Encoding.UTF8.GetBytes(_text.Append(format.IsOpenMetrics ? "# EOF\n" : "").ToString());
    }

    /// <summary>Instruments of one name but different types cannot be told apart, so none of them is written.</summary>
    private void WriteFamily(List<(Metric Metric, MetricNames Names)> family)
    {
        var (name, type) = (family[0].Names.Family, family[0].Names.Type);
        if (family.Exists(other => other.Names.Type != type))
        {
            return;
        }

        _text.Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
        WriteMetadata("UNIT", name, format.IsOpenMetrics ? family.Select(metric => metric.Names.Unit) : []);
        WriteMetadata("HELP", name, family.Select(metric => LabelSet.Escape(metric.Metric.Description, format.IsOpenMetrics)));
        foreach (var (metric, names) in family.OrderBy(one => one.Metric.MeterName, StringComparer.Ordinal).ThenBy(one => one.Metric.Name, StringComparer.Ordinal))
        {
            WritePoints(metric, names);
        }
    }

    /// <summary>The first of the family that says anything speaks for all.</summary>
    private void WriteMetadata(string kind, string family, IEnumerable<string> texts)
    {
        if (texts.FirstOrDefault(text => text.Length > 0) is { } text)
        {
            _text.Append("# ").Append(kind).Append(' ').Append(family).Append(' ').Append(text).Append('\n');
        }
    }

    private void WritePoints(Metric metric, MetricNames names)
    {
        var scope = new LabelSet();
        if (options.ScopeInfoEnabled)
        {
            scope.AddScope(metric);
        }

        var isHistogram = metric.MetricType == MetricType.Histogram;
        foreach (ref readonly var point in metric.GetMetricPoints())
        {
            var labels = isHistogram ? new LabelSet(scope, "le") : new LabelSet(scope);
            foreach (var (key, value) in point.Tags)
            {
                labels.Add(key, value);
            }

            var text = labels.ToText();
            if (isHistogram)
            {
                WriteHistogram(names.Sample, text, in point);
            }
            else
            {
                WriteSample(names.Sample, text, Value(metric.MetricType, in point));
                WriteExemplar(in point, metric.MetricType == MetricType.LongSum, names.Type == "counter" ? double.NegativeInfinity : null);
            }

            if (format.IsOpenMetrics && names.Type != "gauge")
            {
                WriteSample(names.Family + "_created", text, Seconds(point.StartTime)).Append('\n');
            }
        }
    }

    private void WriteHistogram(string name, string labels, in MetricPoint point)
    {
        var (total, below, hasSum) = (0L, double.NegativeInfinity, true);
        foreach (var bucket in point.GetHistogramBuckets())
        {
            total += bucket.BucketCount;
            hasSum &= !format.IsOpenMetrics || bucket.ExplicitBound >= 0;
            var bound = format.IsOpenMetrics ? CanonicalNumber.Label(bucket.ExplicitBound) : CanonicalNumber.Shortest(bucket.ExplicitBound);
            WriteSample(name + "_bucket", $"{labels}{(labels.Length > 0 ? "," : "")}le=\"{bound}\"", Number(total));
            WriteExemplar(in point, isLong: false, below, bucket.ExplicitBound);
            below = bucket.ExplicitBound;
        }

        // With buckets below zero a sum may fall, which OpenMetrics does not allow.
        if (hasSum)
        {
            WriteSample(name + "_sum", labels, CanonicalNumber.Shortest(point.GetHistogramSum())).Append('\n');
            WriteSample(name + "_count", labels, Number(point.GetHistogramCount())).Append('\n');
        }
    }

    private StringBuilder WriteSample(string name, string labels, string value) =>
        _text.Append(name).Append('{').Append(labels).Append("} ").Append(value);

    /// <summary>Ends the line with the newest exemplar whose value lies above one bound and not above the other.</summary>
    private void WriteExemplar(in MetricPoint point, bool isLong, double? above, double atMost = double.PositiveInfinity)
    {
        Exemplar? newest = null;
        if (format.IsOpenMetrics && above is not null && point.TryGetExemplars(out var exemplars))
        {
            foreach (ref readonly var exemplar in exemplars)
            {
                if ((isLong || (exemplar.DoubleValue > above && exemplar.DoubleValue <= atMost)) && !(exemplar.Timestamp < newest?.Timestamp))
                {
                    newest = exemplar;
                }
            }
        }

        if (newest is { } found)
        {
            _text.Append(" # {").Append(Labels(in found)).Append("} ")
                .Append(isLong ? Number(found.LongValue) : CanonicalNumber.Shortest(found.DoubleValue))
                .Append(' ').Append(Seconds(found.Timestamp));
        }

        _text.Append('\n');
    }

    /// <summary>The trace first; then, as far as OpenMetrics' 128 characters go, what a view left out of the metric's labels.</summary>
    private static string Labels(in Exemplar exemplar)
    {
        var trace = new LabelSet();
        if (exemplar.TraceId != default)
        {
            trace.Add("trace_id", exemplar.TraceId.ToHexString());
            trace.Add("span_id", exemplar.SpanId.ToHexString());
        }

        var labels = new LabelSet(trace, "trace_id", "span_id");
        foreach (var (key, value) in exemplar.FilteredTags)
        {
            labels.Add(key, value);
        }

        return labels.ToText(room: 128);
    }

    private static string Value(MetricType type, in MetricPoint point) => type switch
    {
        MetricType.LongSum or MetricType.LongSumNonMonotonic => Number(point.GetSumLong()),
        MetricType.DoubleSum or MetricType.DoubleSumNonMonotonic => CanonicalNumber.Shortest(point.GetSumDouble()),
        MetricType.LongGauge => Number(point.GetGaugeLastValueLong()),
        _ => CanonicalNumber.Shortest(point.GetGaugeLastValueDouble()),
    };

    private static string Seconds(DateTimeOffset time) => CanonicalNumber.Shortest((time - DateTimeOffset.UnixEpoch).TotalSeconds);

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
