using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text.RegularExpressions;
using OpenTelemetry.Metrics;

namespace StandIns.Tests.Prometheus;

/// <summary>What OpenMetrics has and the older format has not, as the stand-in's README states it.</summary>
public sealed partial class OpenMetricsRuleTests : ScrapedMeter
{
    private const string OpenMetrics = "application/openmetrics-text";

    [Theory]
    [InlineData(0.00001, "1E-05", "1e-05")]
    [InlineData(0.0001, "0.0001", "0.0001")]
    [InlineData(0.005, "0.005", "0.005")]
    [InlineData(0, "0", "0.0")]
    [InlineData(1, "1", "1.0")]
    [InlineData(2.5, "2.5", "2.5")]
    [InlineData(100000, "100000", "100000.0")]
    [InlineData(1000000, "1000000", "1e+06")]
    [InlineData(1234567.5, "1234567.5", "1.2345675e+06")]
    [InlineData(1e15, "1000000000000000", "1e+15")]
    [InlineData(1e17, "1E+17", "1e+17")]
    [InlineData(1.5e21, "1.5E+21", "1.5e+21")]
    public async Task Bounds_are_the_shortest_numbers_and_canonical_ones_in_open_metrics(double bound, string text, string openMetrics)
    {
        var client = await StartAsync();
        Meter.CreateHistogram("took", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [bound] }).Record(bound);

        Assert.Contains(await TextAsync(client), line => line.EndsWith($"le=\"{text}\"}} 1", StringComparison.Ordinal));
        Assert.Contains(await TextAsync(client, OpenMetrics), line => line.EndsWith($"le=\"{openMetrics}\"}} 1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_histogram_with_bounds_below_zero_has_no_sum_and_no_count()
    {
        var client = await StartAsync();
        Meter.CreateHistogram("drift", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [-1] }).Record(-3);

        Assert.Contains("drift_sum{} -3", await TextAsync(client));
        Assert.DoesNotContain(await TextAsync(client, OpenMetrics), line => line.StartsWith("drift_sum", StringComparison.Ordinal) || line.StartsWith("drift_count", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Counters_and_histograms_tell_when_they_began_and_gauges_do_not()
    {
        var before = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;
        var client = await StartAsync();
        Meter.CreateCounter<long>("calls").Add(1);
        Meter.CreateHistogram<long>("took").Record(1);
        Meter.CreateUpDownCounter<long>("queue").Add(1);

        var created = (await TextAsync(client, OpenMetrics)).Where(line => line.Contains("_created", StringComparison.Ordinal)).Select(line => line.Split(' ')).ToList();

        Assert.Equal(["calls_created{}", "took_created{}"], created.Select(line => line[0]));
        Assert.All(created, line => Assert.InRange(double.Parse(line[1], CultureInfo.InvariantCulture), before - 1, before + 60));
        Assert.DoesNotContain(await TextAsync(client), line => line.Contains("_created", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Traced_measurements_are_exemplars_of_counters_and_buckets()
    {
        var client = await StartAsync(view: instrument => instrument.Name == "took" ? new MetricStreamConfiguration { TagKeys = [] } : null);
        var calls = Meter.CreateCounter<long>("calls");
        var took = Meter.CreateHistogram("took", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [1, 2] });
        var queue = Meter.CreateUpDownCounter<long>("queue");
        using var activity = new Activity("request") { ActivityTraceFlags = ActivityTraceFlags.Recorded }.Start();
        calls.Add(3);
        queue.Add(1);
        took.Record(1.5, new TagList { { "user", "ada" }, { "essay", new string('x', 200) } });

        var lines = await TextAsync(client, OpenMetrics);

        var trace = $"trace_id=\"{activity.TraceId}\",span_id=\"{activity.SpanId}\"";
        Assert.Matches($$"""^calls_total\{\} 3 # \{{{trace}}\} 3 [0-9.]+$""", Assert.Single(lines, line => line.StartsWith("calls_total", StringComparison.Ordinal)));
        Assert.Matches($$"""^took_bucket\{le="2\.0"\} 1 # \{{{trace}},user="ada"\} 1\.5 [0-9.]+$""", Assert.Single(lines, line => line.Contains("le=\"2.0\"", StringComparison.Ordinal)).Replace("{,", "{", StringComparison.Ordinal));
        Assert.Equal(2, lines.Count(line => Exemplar().IsMatch(line)));
        Assert.DoesNotContain(await TextAsync(client), line => Exemplar().IsMatch(line));
    }

    [Fact]
    public async Task It_ends_with_its_end() => Assert.Equal(["# EOF", ""], await TextAsync(await StartAsync(), OpenMetrics));

    [GeneratedRegex(" # [{]", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Exemplar();
}
