using System.Diagnostics.Metrics;
using OpenTelemetry.Metrics;
using ServiceDefaults.Telemetry.Metrics.Catalog;

namespace ServiceDefaults.Telemetry.Metrics;

/// <summary>
/// What is kept of each instrument, so that nothing a caller, a network or a fleet of workers does can grow the number of series
/// beyond a bound (S-203).
/// </summary>
/// <param name="own">The factory of this host's meters. The meters of another host in the same process are not its business.</param>
internal sealed class MetricViews(IMeterFactory own)
{
    /// <summary>Series of an instrument that is not in the catalogue; further ones are added up under <c>otel_metric_overflow="true"</c>.</summary>
    public const int Most = 500;

    /// <summary>
    /// Addresses of workers and of upstream servers come and go for as long as a gateway runs, and a closed one's series would
    /// stay; these are the labels worth having without them.
    /// </summary>
    private static readonly string[] OfOutgoingCalls = ["http.request.method", "http.response.status_code", "http.connection.state", "error.type"];

    /// <summary>Nothing that tells where the database is.</summary>
    private static readonly string[] OfDatabaseCalls = ["db.response.status_code", "error.type"];

    /// <summary>Without the local address: a machine may change its own.</summary>
    private static readonly string[] OfConnections = ["server.port", "network.protocol.version", "tls.protocol.version", "error.type"];

    /// <summary>Null: as it is.</summary>
    public MetricStreamConfiguration? Of(Instrument instrument)
    {
        if (instrument.Meter.Scope is IMeterFactory factory && factory != own)
        {
            return MetricStreamConfiguration.Drop;
        }

        return (instrument.Meter.Name, instrument.Name) switch
        {
            // Told as mcp_database_pool_size and mcp_database_pool_in_use.
            ("Npgsql", "db.client.connection.count" or "db.client.connection.max") => MetricStreamConfiguration.Drop,
            // Four records a call for what the durations tell as well.
            ("System.Net.Http", "http.client.active_requests" or "http.client.request.time_in_queue") => MetricStreamConfiguration.Drop,
            ("Npgsql", "db.client.operation.npgsql.executing" or "db.client.operation.npgsql.bytes_written" or "db.client.operation.npgsql.bytes_read") =>
                MetricStreamConfiguration.Drop,
            ("Npgsql", _) => new MetricStreamConfiguration { TagKeys = OfDatabaseCalls, CardinalityLimit = Most },
            ("System.Net.Http", _) => new MetricStreamConfiguration { TagKeys = OfOutgoingCalls, CardinalityLimit = Most },
            ("Microsoft.AspNetCore.Server.Kestrel", _) => new MetricStreamConfiguration { TagKeys = OfConnections, CardinalityLimit = Most },
            _ => new MetricStreamConfiguration { CardinalityLimit = MetricCatalog.Bounds.GetValueOrDefault(instrument.Name, Most) },
        };
    }
}
