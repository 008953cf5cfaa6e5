using System.CommandLine;

namespace ServiceDefaults.Telemetry.Metrics.Catalog;

/// <summary>The verb <c>docs metrics</c>.</summary>
public static class MetricsDocsCommand
{
    public static Command Create()
    {
        var metrics = new Command("metrics", "Prints docs/METRICS.md: every metric with its type, labels and meaning. Exit code: 0.");
        metrics.SetAction(result =>
        {
            result.InvocationConfiguration.Output.Write(MetricsPage.Render());
            return 0;
        });
        return metrics;
    }
}
