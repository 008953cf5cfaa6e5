using System.Diagnostics.Metrics;

namespace McpGateway.Telemetry;

/// <summary>
/// Open WebSockets, from Kestrel's own count of upgraded connections: it is right however a connection ends, and the gateway
/// upgrades connections to nothing else.
/// </summary>
internal sealed class WebSocketCount : IDisposable
{
    private const string KestrelMeter = "Microsoft.AspNetCore.Server.Kestrel";
    private const string Upgraded = "kestrel.upgraded_connections";

    private readonly MeterListener _listener = new();
    private long _open;

    /// <param name="meters">Of this host: a process may hold several servers, each with its own count.</param>
    public WebSocketCount(IMeterFactory meters)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == Upgraded && instrument.Meter.Name == KestrelMeter && ReferenceEquals(instrument.Meter.Scope, meters))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, change, _, _) => Interlocked.Add(ref _open, change));
        _listener.Start();
    }

    public long Open => Volatile.Read(ref _open);

    public void Dispose() => _listener.Dispose();
}
