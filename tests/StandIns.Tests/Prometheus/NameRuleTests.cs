using System.Diagnostics.Metrics;

namespace StandIns.Tests.Prometheus;

/// <summary>Names, units and types, as the stand-in's README states them.</summary>
public sealed class NameRuleTests : ScrapedMeter
{
    [Theory]
    [InlineData("calls", null, "calls_total", "calls")]
    [InlineData("calls_total", null, "calls_total", "calls")]
    [InlineData("a.-b/c", null, "a_b_c_total", "a_b_c")]
    [InlineData("a__b", null, "a_b_total", "a_b")]
    [InlineData("sent", "By", "sent_bytes_total", "sent_bytes")]
    [InlineData("sent_bytes", "By", "sent_bytes_total", "sent_bytes")]
    [InlineData("sent_bytes_total", "By", "sent_bytes_total", "sent_bytes")]
    [InlineData("sent_total", "By", "sent_total_bytes_total", "sent_bytes")]
    [InlineData("sent", "{packet}", "sent_total", "sent")]
    [InlineData("sent", "{packet}/s", "sent_per_second_total", "sent_per_second")]
    [InlineData("sent", "By/s", "sent_bytes_per_second_total", "sent_bytes_per_second")]
    [InlineData("sent", "By/", "sent_By_total", "sent_By")]
    [InlineData("sent.bytes.per.second", "By/s", "sent_bytes_per_second_total", "sent_bytes_per_second_bytes_per_second")]
    [InlineData("share", "1", "share_total", "share")]
    [InlineData("share", "%", "share_percent_total", "share_percent")]
    [InlineData("odd", "a{b{c}d}", "odd_ad_total", "odd_ad")]
    [InlineData("odd", "furlong.fortnight", "odd_furlong_fortnight_total", "odd_furlong_fortnight")]
    public async Task A_counter_is_named_in_both_formats(string instrument, string? unit, string text, string openMetrics)
    {
        var client = await StartAsync();
        Meter.CreateCounter<long>(instrument, unit).Add(1);

        Assert.Equal([$"# TYPE {text} counter", $"{text}{{}} 1", ""], await TextAsync(client));
        var lines = await TextAsync(client, "application/openmetrics-text");
        Assert.Equal($"# TYPE {openMetrics} counter", lines[0]);
        Assert.Contains($"{openMetrics}_total{{}} 1", lines);
    }

    [Fact]
    public async Task The_unit_has_a_line_of_its_own_in_open_metrics_between_type_and_help()
    {
        var client = await StartAsync();
        Meter.CreateUpDownCounter<long>("queue", "By", "What waits").Add(1);

        Assert.Equal(
            ["# TYPE queue_bytes gauge", "# UNIT queue_bytes bytes", "# HELP queue_bytes What waits", "queue_bytes{} 1", "# EOF", ""],
            await TextAsync(client, "application/openmetrics-text"));
    }

    [Fact]
    public async Task Types_follow_from_instruments()
    {
        var client = await StartAsync();
        Meter.CreateCounter<double>("a").Add(0.5);
        Meter.CreateObservableCounter("b", () => 1);
        Meter.CreateUpDownCounter<int>("c").Add(-1);
        Meter.CreateObservableUpDownCounter("d", () => 1);
        Meter.CreateGauge<double>("e").Record(1e21);
        Meter.CreateObservableGauge("f", () => 1);
        Meter.CreateHistogram<int>("g").Record(1);

        var types = (await TextAsync(client)).Where(line => line.StartsWith('#'));

        Assert.Equal(
            ["# TYPE a_total counter", "# TYPE b_total counter", "# TYPE c gauge", "# TYPE d gauge", "# TYPE e gauge", "# TYPE f gauge", "# TYPE g histogram"],
            types);
    }

    [Fact]
    public async Task Families_come_in_the_order_of_their_names_and_their_members_in_that_of_their_meters()
    {
        using var before = new Meter(Meter.Name + ".a");
        var client = await StartAsync();
        Meter.CreateCounter<long>("z").Add(1);
        Meter.CreateCounter<long>("B").Add(1);
        Meter.CreateCounter<long>("a").Add(1);
        before.CreateCounter<long>("z").Add(2);

        Assert.Equal(
            [
                "# TYPE B_total counter", "B_total{} 1", "# TYPE a_total counter", "a_total{} 1", "# TYPE z_total counter", "z_total{} 1",
                $$"""z_total{otel_scope_name="{{before.Name}}"} 2""", "",
            ],
            await TextAsync(client));
    }

    [Fact]
    public async Task Instruments_of_one_name_and_different_types_are_left_out()
    {
        using var other = new Meter(Meter.Name + ".a");
        var client = await StartAsync();
        Meter.CreateUpDownCounter<long>("same").Add(1);
        other.CreateHistogram<long>("same").Record(1);
        Meter.CreateUpDownCounter<long>("fine").Add(1);

        Assert.Equal(["# TYPE fine gauge", "fine{} 1", ""], await TextAsync(client));
    }

    [Fact]
    public async Task The_first_help_and_unit_of_a_family_speak_for_all()
    {
        using var other = new Meter(Meter.Name + ".a");
        var client = await StartAsync();
        Meter.CreateUpDownCounter<long>("held_bytes").Add(1);
        other.CreateUpDownCounter<long>("held", "By", "Held by \"all\"").Add(2);

        var lines = await TextAsync(client, "application/openmetrics-text");

        Assert.Equal(["# TYPE held_bytes gauge", "# UNIT held_bytes bytes", "# HELP held_bytes Held by \\\"all\\\"", "held_bytes{} 1"], lines[..4]);
        Assert.Contains("# HELP held_bytes Held by \"all\"", await TextAsync(client));
    }
}
