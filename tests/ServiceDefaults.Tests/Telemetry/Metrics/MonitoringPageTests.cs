using System.Text.RegularExpressions;
using ServiceDefaults.Telemetry.Metrics.Catalog;
using ServiceDefaults.Tests.Settings;
using Testing;

namespace ServiceDefaults.Tests.Telemetry.Metrics;

[Trait("Requirement", "S-205")]
public sealed partial class MonitoringPageTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static string Page => File.ReadAllText(Repository.PathOf("docs/monitoring.md"));

    [Theory]
    [InlineData("Latency", "mcp_request_duration_seconds_bucket")]
    [InlineData("Traffic", "mcp_requests_total")]
    [InlineData("Errors", "mcp_requests_failed_total")]
    [InlineData("Saturation", "cpu_utilization_percent")]
    public void Each_golden_signal_has_its_query(string signal, string metric)
    {
        var section = Page.Split($"### {signal}\n")[1].Split("\n#")[0];

        Assert.Contains(metric, Query().Match(section).Groups["query"].Value, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prometheus_can_read_every_query()
    {
        var rules = new StringWriter();
        await rules.WriteLineAsync("groups:\n- name: monitoring\n  rules:");
        foreach (var (query, number) in Queries().Select((query, number) => (query, number)))
        {
            await rules.WriteLineAsync($"  - record: query:{(char)('a' + number)}\n    expr: |-\n      {query.Replace("\n", "\n      ", StringComparison.Ordinal)}");
        }

        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, rules.ToString(), Token);
        var (isGood, output) = await Promtool.CheckRulesAsync(file, Token);
        File.Delete(file);

        Assert.True(isGood, output);
        Assert.Contains($"{Queries().Count} rules found", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_metric_in_a_query_is_one_a_service_has()
    {
        var names = Queries().SelectMany(query => Name().Matches(Labels().Replace(query, ""))).Select(name => Suffix().Replace(name.Value, "")).ToHashSet(StringComparer.Ordinal);

        Assert.NotEmpty(names);
        Assert.Empty(names.Except(MetricCatalog.All.Select(metric => metric.Type == "histogram" ? metric.Name : Suffix().Replace(metric.Name, "")), StringComparer.Ordinal));
    }

    private static List<string> Queries() => [.. Query().Matches(Page).Select(query => query.Groups["query"].Value.Trim())];

    [GeneratedRegex("```promql\n(?<query>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Query();

    /// <summary>Labels: what stands in braces and behind <c>by</c>.</summary>
    [GeneratedRegex(@"by \([^)]*\)|\{[^}]*\}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Labels();

    /// <summary>A word with an underscore that is no function.</summary>
    [GeneratedRegex(@"\b[a-z]+(_[a-z]+)+\b(?!\()", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Name();

    [GeneratedRegex("_(bucket|sum|count)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Suffix();
}
