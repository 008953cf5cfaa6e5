using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.IO.Compression;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace StandIns.Tests.Prometheus;

public sealed class ScrapeTests : ScrapedMeter
{
    [Theory]
    [InlineData("calls", null, "calls_total")]
    [InlineData("calls_total", null, "calls_total")]
    [InlineData("http.server.bytes", "By", "http_server_bytes_total")]
    [InlineData("sent", "By", "sent_bytes_total")]
    [InlineData("sent.rate", "By/s", "sent_rate_bytes_per_second_total")]
    [InlineData("requests", "{request}", "requests_total")]
    [InlineData("share", "1", "share_total")]
    [InlineData("a--b..c", null, "a_b_c_total")]
    public async Task A_counter_is_named_by_the_rules(string instrument, string? unit, string expected)
    {
        var client = await StartAsync();
        Meter.CreateCounter<long>(instrument, unit).Add(3);

        var lines = await ScrapeAsync(client);

        Assert.Contains($"# TYPE {expected} counter", lines);
        Assert.Contains($"{expected}{{{Scope}}} 3", lines);
    }

    [Theory]
    [InlineData("queue.length", null, "queue_length")]
    [InlineData("memory", "MiBy", "memory_mebibytes")]
    [InlineData("load", "%", "load_percent")]
    public async Task A_gauge_keeps_its_name_but_for_the_unit(string instrument, string? unit, string expected)
    {
        var client = await StartAsync();
        Meter.CreateUpDownCounter<int>(instrument, unit, "Two\nlines with a \\").Add(-2);

        var lines = await ScrapeAsync(client);

        Assert.Equal([$"# TYPE {expected} gauge", $"# HELP {expected} Two\\nlines with a \\\\", $"{expected}{{{Scope}}} -2", ""], lines);
    }

    [Fact]
    public async Task A_histogram_counts_up_through_its_buckets()
    {
        var client = await StartAsync();
        var histogram = Meter.CreateHistogram("took", "s", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.5, 1, 2] });
        foreach (var value in (double[])[0.1, 0.7, 0.8, 5])
        {
            histogram.Record(value, new TagList { { "tool", "x" } });
        }

        var lines = await ScrapeAsync(client);

        Assert.Equal(
            [
                "# TYPE took_seconds histogram",
                $$"""took_seconds_bucket{{{Scope}},tool="x",le="0.5"} 1""",
                $$"""took_seconds_bucket{{{Scope}},tool="x",le="1"} 3""",
                $$"""took_seconds_bucket{{{Scope}},tool="x",le="2"} 3""",
                $$"""took_seconds_bucket{{{Scope}},tool="x",le="+Inf"} 4""",
                $$"""took_seconds_sum{{{Scope}},tool="x"} 6.6""",
                $$"""took_seconds_count{{{Scope}},tool="x"} 4""",
                "",
            ],
            lines);
    }

    [Fact]
    public async Task Labels_are_escaped_and_their_keys_cleaned()
    {
        var client = await StartAsync();
        Meter.CreateCounter<double>("odd").Add(0.25, new TagList { { "a.b", "quote \" back \\ line \n" }, { "1st", true }, { "none", null } });

        Assert.Equal($$"""odd_total{{{Scope}},_1st="true",a_b="quote \" back \\ line \n",none=""} 0.25""", (await ScrapeAsync(client))[1]);
    }

    [Theory]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "+Inf")]
    [InlineData(double.NegativeInfinity, "-Inf")]
    [InlineData(1e21, "1E+21")]
    public async Task Numbers_are_written_as_prometheus_reads_them(double value, string expected)
    {
        var client = await StartAsync();
        Meter.CreateObservableGauge("number", () => value);

        Assert.Contains($"number{{{Scope}}} {expected}", await ScrapeAsync(client));
    }

    [Fact]
    public async Task One_name_from_twoMeters_is_one_family()
    {
        using var other = new Meter(Meter.Name + ".other");
        var client = await StartAsync();
        Meter.CreateCounter<long>("shared").Add(1);
        Meter.CreateCounter<long>("between").Add(1);
        other.CreateCounter<long>("shared").Add(2);

        var lines = await ScrapeAsync(client);

        var family = Array.IndexOf(lines, "# TYPE shared_total counter");
        Assert.Equal($"shared_total{{{Scope}}} 1", lines[family + 1]);
        Assert.Equal($"shared_total{{otel_scope_name=\"{other.Name}\"}} 2", lines[family + 2]);
        Assert.Single(lines, "# TYPE shared_total counter");
    }

    [Fact]
    public async Task The_resource_is_target_info()
    {
        var client = await StartAsync(options => options.TargetInfoEnabled = true);
        Meter.CreateCounter<long>("any").Add(1);

        Assert.Equal(["# TYPE target_info gauge", "# HELP target_info Target metadata", "target_info{service_name=\"shop\"} 1"], (await ScrapeAsync(client))[..3]);
    }

    [Fact]
    public async Task Scope_labels_can_be_turned_off()
    {
        var client = await StartAsync(options => options.ScopeInfoEnabled = false);
        Meter.CreateCounter<long>("bare").Add(1);

        Assert.Equal(["# TYPE bare_total counter", "bare_total{} 1", ""], await ScrapeAsync(client));
    }

    [Theory]
    [InlineData(null, "text/plain; version=0.0.4; charset=utf-8")]
    [InlineData("*/*", "text/plain; version=0.0.4; charset=utf-8")]
    [InlineData("application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.3", "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=underscores")]
    [InlineData("application/openmetrics-text;q=0.2,text/plain;version=0.0.4;q=0.3", "text/plain; version=0.0.4; charset=utf-8")]
    [InlineData("application/openmetrics-text;version=9.0.0", "text/plain; version=0.0.4; charset=utf-8")]
    [InlineData("application/openmetrics-text", "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=underscores")]
    [InlineData("application/openmetrics-text;version=0.0.1", "application/openmetrics-text; version=0.0.1; charset=utf-8")]
    [InlineData("text/plain;version=1.0.0;escaping=allow-utf-8", "text/plain; version=1.0.0; charset=utf-8; escaping=underscores")]
    [InlineData("text/plain;version=1.0.0;escaping=runes", "text/plain; version=0.0.4; charset=utf-8")]
    [InlineData("text/plain;q=0.5,application/openmetrics-text;version=1.0.0;q=0.5", "text/plain; version=0.0.4; charset=utf-8")]
    public async Task The_scraper_chooses_the_format(string? accept, string expected)
    {
        var client = await StartAsync();

        using var response = await GetAsync(client, accept);

        Assert.Equal(expected, response.Content.Headers.ContentType!.ToString());
        Assert.NotNull(response.Content.Headers.LastModified);
    }

    [Fact]
    public async Task Open_metrics_have_units_bounds_with_fractions_creation_times_and_an_end()
    {
        var client = await StartAsync(options => options.TargetInfoEnabled = true);
        Meter.CreateCounter<long>("sent", "By").Add(1);
        Meter.CreateHistogram("took", "s", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [1] }).Record(1);

        using var response = await GetAsync(client, "application/openmetrics-text");
        var text = await response.Content.ReadAsStringAsync(Token);

        Assert.StartsWith("# TYPE target info\n# HELP target Target metadata\ntarget_info{", text, StringComparison.Ordinal);
        Assert.Contains($"# TYPE sent_bytes counter\n# UNIT sent_bytes bytes\nsent_bytes_total{{{Scope}}} 1\nsent_bytes_created{{{Scope}}} ", text, StringComparison.Ordinal);
        Assert.Contains("le=\"1.0\"} 1\n", text, StringComparison.Ordinal);
        Assert.EndsWith("\n# EOF\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scrapes_close_together_share_one_collection()
    {
        var asked = 0;
        var client = await StartAsync(options => options.ScrapeResponseCacheDurationMilliseconds = 60_000);
        Meter.CreateObservableGauge("asked", () => ++asked);

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => ScrapeAsync(client)));

        Assert.Equal(1, asked);
    }

    [Theory]
    [InlineData("gzip", true)]
    [InlineData("br, gzip;q=0.1", true)]
    [InlineData("gzip;q=0", false)]
    [InlineData("br", false)]
    public async Task Who_reads_gzip_gets_gzip(string accepted, bool compressed)
    {
        var client = await StartAsync();
        Meter.CreateCounter<long>("calls").Add(1);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        request.Headers.TryAddWithoutValidation("Accept-Encoding", accepted);

        using var response = await client.SendAsync(request, Token);

        Assert.Equal(compressed, response.Content.Headers.ContentEncoding.Contains("gzip"));
        Assert.Contains("Accept-Encoding", response.Headers.Vary);
        await using var body = await response.Content.ReadAsStreamAsync(Token);
        using var text = new StreamReader(compressed ? new GZipStream(body, CompressionMode.Decompress) : body);
        Assert.StartsWith("# TYPE calls_total counter\n", await text.ReadToEndAsync(Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Other_paths_are_left_alone()
    {
        var client = await StartAsync();

        using var response = await client.GetAsync("/other", Token);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public void A_provider_without_the_exporter_is_told_so()
    {
        using var provider = Sdk.CreateMeterProviderBuilder().Build();
        var app = new ApplicationBuilder(new ServiceCollection().AddSingleton(provider).BuildServiceProvider());

        var failure = Assert.Throws<ArgumentException>(() => app.UseOpenTelemetryPrometheusScrapingEndpoint("/metrics"));

        Assert.Contains("AddPrometheusExporter", failure.Message, StringComparison.Ordinal);
    }
}
