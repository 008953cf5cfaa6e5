using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace StandIns.Tests.Prometheus;

/// <summary>Labels, as the stand-in's README states them.</summary>
public sealed class LabelRuleTests : ScrapedMeter
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("a.b", "a_b")]
    [InlineData("a..b", "a_b")]
    [InlineData("a__b", "a__b")]
    [InlineData("a_.b", "a_b")]
    [InlineData("a:b", "a_b")]
    [InlineData("1st", "_1st")]
    [InlineData("ключ", "_")]
    public async Task Keys_are_cleaned(string key, string expected)
    {
        var client = await StartAsync();
        Meter.CreateUpDownCounter<long>("it").Add(1, new KeyValuePair<string, object?>(key, "x"));

        Assert.Contains($$"""it{{{expected}}="x"} 1""", await TextAsync(client));
    }

    [Fact]
    public async Task Values_are_written_by_their_type_and_escaped()
    {
        var client = await StartAsync();
        Meter.CreateUpDownCounter<long>("it").Add(1, new TagList
        {
            { "a", true }, { "b", 12 }, { "c", 1.0 }, { "d", 1500000.0 }, { "e", 0.00002 }, { "f", 1e22 }, { "g", 2.5m }, { "h", null },
            { "i", "back \\ line \n quote \"" }, { "j", "lone \ud800 half" }, { "k", 0.25f },
        });

        Assert.Contains(
            """it{a="true",b="12",c="1.0",d="1.5e+06",e="2e-05",f="1e+22",g="2.5",h="",i="back \\ line \n quote \"",j="lone � half",k="0.25"} 1""",
            await TextAsync(client));
    }

    [Fact]
    public async Task Keys_that_become_one_share_a_label_in_the_order_of_what_they_were()
    {
        var client = await StartAsync();
        Meter.CreateUpDownCounter<long>("it").Add(1, new TagList { { "a_b", "2" }, { "a.b", "1" } });

        Assert.Contains("""it{a_b="1;2"} 1""", await TextAsync(client));
    }

    [Fact]
    public async Task A_histogram_has_no_bound_but_its_own()
    {
        var client = await StartAsync();
        Meter.CreateHistogram("it", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [1] }).Record(1, new KeyValuePair<string, object?>("le", "mine"));

        Assert.Equal(
            ["# TYPE it histogram", """it_bucket{le="1"} 1""", """it_bucket{le="+Inf"} 1""", "it_sum{} 1", "it_count{} 1", ""],
            (await TextAsync(client)).Select(line => line.Replace("{,", "{", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_meter_is_named_with_version_schema_and_tags()
    {
        using var other = new Meter(new MeterOptions(Meter.Name + ".a")
        {
            Version = "7",
            TelemetrySchemaUrl = "https://schema/1",
            Tags = [new("library.mode", "fast"), new("version", "not this")],
        });
        var client = await StartAsync();
        other.CreateUpDownCounter<long>("it").Add(1, new KeyValuePair<string, object?>("x", 1));

        Assert.Contains(
            $$"""it{otel_scope_name="{{other.Name}}",otel_scope_version="7",otel_scope_schema_url="https://schema/1",otel_scope_library_mode="fast",x="1"} 1""",
            await TextAsync(client));
    }
}
