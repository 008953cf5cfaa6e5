namespace ServiceDefaults.Telemetry.Metrics.Catalog;

/// <summary>One metric of ours: its name is what it is scraped under, letter for letter.</summary>
/// <param name="Name">As dashboards and alert rules use it.</param>
/// <param name="Type">counter, gauge or histogram.</param>
/// <param name="Labels">The values each label may have.</param>
/// <param name="Service">Which services have it.</param>
/// <param name="Meaning">What it counts or measures.</param>
/// <param name="Rows">Requirements it meets; empty: none asked for it.</param>
/// <param name="Most">Series (of a histogram: histograms) it can have; more are added up under <c>otel_metric_overflow="true"</c>.</param>
public sealed record MetricDefinition(
    string Name, string Type, (string Label, string Values)[] Labels, string Service, string Meaning, string Rows, int Most)
{
    public const string Everywhere = "all";

    /// <summary>Whether a service of this name has it.</summary>
    public bool IsOf(string service) => Service == Everywhere || Service == service;
}
