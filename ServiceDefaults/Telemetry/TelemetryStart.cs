using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using ServiceDefaults.Telemetry.Otlp;

namespace ServiceDefaults.Telemetry;

/// <summary>
/// Makes the providers when the host starts, so that nothing measured before the first scrape is lost, and sends what is
/// left when it has stopped: all of them at once, for a collector that hangs must not hold a shutdown up three times.
/// </summary>
internal sealed class TelemetryStart(IServiceProvider services) : IHostedLifecycleService
{
    private const int LastWordsMilliseconds = 3000;

    // Whoever stops a host twice may have disposed of its services in between.
    private bool _exports;
    private TracerProvider? _traces;
    private MeterProvider? _metrics;
    private LoggerProvider? _logs;

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        _exports = services.GetService<OtlpWatch>() is not null;
        _metrics = services.GetService<MeterProvider>();
        _traces = services.GetService<TracerProvider>();
        _logs = services.GetService<LoggerProvider>();
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => !_exports
        ? Task.CompletedTask
        : Task.WhenAll(
            Task.Run(() => _traces?.Shutdown(LastWordsMilliseconds), CancellationToken.None),
            Task.Run(() => _metrics?.Shutdown(LastWordsMilliseconds), CancellationToken.None),
            Task.Run(() => _logs?.Shutdown(LastWordsMilliseconds), CancellationToken.None));
}
