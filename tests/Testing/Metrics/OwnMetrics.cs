using ServiceDefaults.Telemetry.Metrics.Catalog;

namespace Testing;

/// <summary>Holds a scrape to the catalogue, and so to docs/METRICS.md.</summary>
public static class OwnMetrics
{
    private const string Scope = "otel_scope_name";

    /// <summary>Every way in which the metrics of ours differ from what the catalogue says a service has.</summary>
    /// <param name="absent">Metrics that need not be there, because what they count did not happen.</param>
    public static IEnumerable<string> Differences(Scrape scrape, string service, params string[] absent)
    {
        var scraped = scrape.Samples
            .Where(sample => sample.Labels.GetValueOrDefault(Scope, "").StartsWith("McpPlatform.", StringComparison.Ordinal))
            .GroupBy(sample => Family(sample.Name, scrape), StringComparer.Ordinal)
            .ToDictionary(family => family.Key, StringComparer.Ordinal);
        var documented = MetricCatalog.All.Where(metric => metric.IsOf(service)).ToDictionary(metric => metric.Name, StringComparer.Ordinal);
        return documented.Keys.Except(scraped.Keys, StringComparer.Ordinal).Except(absent, StringComparer.Ordinal).Select(name => $"{name} is documented and not there")
            .Concat(scraped.Keys.Except(documented.Keys, StringComparer.Ordinal).Select(name => $"{name} is there and not documented"))
            .Concat(scraped.Where(family => documented.ContainsKey(family.Key)).SelectMany(family => Differences(documented[family.Key], family.Value, scrape)));
    }

    private static IEnumerable<string> Differences(MetricDefinition metric, IEnumerable<Sample> samples, Scrape scrape)
    {
        if (scrape.Types[metric.Name] != metric.Type)
        {
            yield return $"{metric.Name} is a {scrape.Types[metric.Name]}, not a {metric.Type}";
        }

        var labels = metric.Labels.Select(label => label.Label).Order(StringComparer.Ordinal).ToList();
        foreach (var sample in samples)
        {
            var own = sample.Labels.Keys.Where(label => label is not (Scope or "le")).Order(StringComparer.Ordinal);
            if (!own.SequenceEqual(labels, StringComparer.Ordinal))
            {
                yield return $"{sample.Series} has other labels than {string.Join(',', labels)}";
            }

            foreach (var (label, values) in metric.Labels.Where(label => IsWholeList(label.Values)))
            {
                if (sample.Labels.TryGetValue(label, out var value) && !values.Contains($"`{value}`", StringComparison.Ordinal))
                {
                    yield return $"{sample.Series} has another {label} than {values}";
                }
            }
        }
    }

    /// <summary><c>`success`, `failure`</c>: these values and no others. Words without quotes describe values instead.</summary>
    private static bool IsWholeList(string values) => values.Split(", ").All(value => value is ['`', .., '`']);

    private static string Family(string sample, Scrape scrape) => scrape.Types.ContainsKey(sample)
        ? sample
        : sample[..sample.LastIndexOf('_')];
}
