using System.Globalization;
using System.Text;

namespace ServiceDefaults.Telemetry.Metrics.Catalog;

/// <summary>docs/METRICS.md.</summary>
public static class MetricsPage
{
    public static string Render()
    {
        var page = new StringBuilder(
            """
            # Metrics

            Generated: `McpGateway docs metrics > docs/METRICS.md`; a test fails when it is not current. How to use them: [monitoring](monitoring.md).

            Every service serves them at `/metrics` on a port of its own (`MCP_METRICS_PORT`: gateway 9090, worker 9101, backup 9102; under the
            AppHost free ports), as Prometheus text or OpenMetrics, whichever the scraper asks for. `MCP_METRICS_ENABLED=false` closes the port.
            With `OTEL_EXPORTER_OTLP_ENDPOINT` the same metrics go there too, port or not.

            Each series has the label `otel_scope_name` beside those named here. Counters whose labels are known beforehand
            begin at 0; a series of the others appears with the first thing it counts.


            """);
        foreach (var (service, title) in ((string, string)[])[(ResourceNames.Gateway, "Gateway"), (ResourceNames.Worker, "Worker"), (ResourceNames.Backup, "Backup"), (MetricDefinition.Everywhere, "All three")])
        {
            page.Append(CultureInfo.InvariantCulture, $"## {title}\n\n| metric | type | labels | meaning | series at most | row |\n|---|---|---|---|---|---|\n");
            foreach (var metric in MetricCatalog.All.Where(metric => metric.Service == service))
            {
                var labels = string.Join("; ", metric.Labels.Select(label => $"`{label.Label}`: {label.Values}"));
                page.Append(CultureInfo.InvariantCulture, $"| `{metric.Name}` | {metric.Type} | {labels} | {metric.Meaning} | {metric.Most:N0} | {metric.Rows} |\n");
            }

            page.Append('\n');
        }

        page.Append(CultureInfo.InvariantCulture,
            $"""
            A histogram's figure is its number of histograms; each is one series per bucket, and its sum and count.

            ## From .NET and its libraries

            Collected too, named by the [OpenTelemetry conventions](https://opentelemetry.io/docs/specs/semconv/): `dotnet_*` (garbage collector,
            thread pool, exceptions, assemblies), `kestrel_*` and `aspnetcore_diagnostics_*` (connections, unhandled exceptions), `http_client_*` (calls to workers
            and upstream servers), `db_client_*` (PostgreSQL's driver).

            ## How many series there can be

            No label takes what a caller sends: routes are templates, methods and tools come from fixed or configured lists, users, keys, paths, hosts
            and user agents are labels nowhere. Labels of the libraries that would grow with the network are taken off: addresses of workers and upstream
            servers, of local interfaces, and of the database. Whatever happens, an instrument of ours has the number of series given above at
            most and one of a library {MetricViews.Most:N0}; further ones are added up in one series with `otel_metric_overflow="true"`. For our own that makes

            | service | series at most |
            |---|---|
            {string.Join('\n', ((string[])[ResourceNames.Gateway, ResourceNames.Worker, ResourceNames.Backup]).Select(service => $"| {service} | {Series(service):N0} |"))}

            A gateway in use has some 420 in all, those of the libraries among them; 100,000 requests with made-up paths, methods, hosts, tools, keys and
            user agents do not change the number (`SeriesBoundTests`, `ScrapeTests` of the gateway).

            In the [exemplars](monitoring.md#from-a-metric-to-a-call) of OpenMetrics scrapes, labels that were taken off may be seen, such as the address of a worker.

            """);
        return page.ToString();
    }

    /// <summary>With the overflow of each; of a histogram the buckets (15 at most) and +Inf, sum and count.</summary>
    private static int Series(string service) => MetricCatalog.All
        .Where(metric => metric.IsOf(service))
        .Sum(metric => (metric.Most + 1) * (metric.Type == "histogram" ? 15 + 3 : 1));
}
