using System.Diagnostics.Metrics;

namespace ServiceDefaults.Telemetry.Metrics;

/// <summary>
/// How much of the connection pool is left (S-199), from what the driver counts anyway: reading it asks no server. There is nothing
/// to read before the pool is made, nor in a service without one.
/// </summary>
internal sealed class DatabasePoolMetrics : IDisposable
{
    private readonly MeterListener _driver = new();
    private readonly Lock _reading = new();
    private long? _maximum;
    private long _used;

    public DatabasePoolMetrics(IMeterFactory meters)
    {
        _driver.InstrumentPublished = (instrument, driver) =>
        {
            if (instrument.Meter.Name == "Npgsql" && instrument.Name is "db.client.connection.count" or "db.client.connection.max")
            {
                driver.EnableMeasurementEvents(instrument);
            }
        };
        _driver.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, value, tags));
        _driver.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _driver.Start();

        var meter = meters.Create(TelemetryNames.Prefix + "Database");
        Gauge("mcp_database_pool_available", (maximum, used) => maximum - used, "Connections that can still be taken: the pool's maximum less those in use.");
        Gauge("mcp_database_pool_in_use", (_, used) => used, "Connections in use.");
        Gauge("mcp_database_pool_size", (maximum, _) => maximum, "Connections the pool may have at most.");

        void Gauge(string name, Func<long, long, long> of, string description) => meter.CreateObservableGauge<long>(
            name, () => Read() is var (maximum, used) ? [new(of(maximum, used))] : [], unit: null, description);
    }

    public void Dispose() => _driver.Dispose();

    /// <summary>A database of several hosts has a pool for each, all of one name.</summary>
    private (long Maximum, long Used)? Read()
    {
        lock (_reading)
        {
            (_maximum, _used) = (null, 0);
            _driver.RecordObservableInstruments();
            return _maximum is { } maximum ? (maximum, _used) : null;
        }
    }

    private void Add(Instrument instrument, long value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (!Has(tags, "db.client.connection.pool.name", ResourceNames.Database))
        {
            return;
        }

        if (instrument.Name == "db.client.connection.max")
        {
            _maximum = (_maximum ?? 0) + value;
        }
        else if (Has(tags, "db.client.connection.state", "used"))
        {
            _used += value;
        }
    }

    private static bool Has(ReadOnlySpan<KeyValuePair<string, object?>> tags, string key, string value)
    {
        foreach (var tag in tags)
        {
            if (tag.Key == key)
            {
                return value.Equals(tag.Value);
            }
        }

        return false;
    }
}
