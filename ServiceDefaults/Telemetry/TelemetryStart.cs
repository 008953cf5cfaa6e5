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

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        _ = services.GetService<OtlpWatch>();
        _ = services.GetService<MeterProvider>();
        _ = services.GetService<TracerProvider>();
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => services.GetService<OtlpWatch>() is null
        ? Task.CompletedTask
        : Task.WhenAll(
            Task.Run(() => services.GetService<TracerProvider>()?.Shutdown(LastWordsMilliseconds), CancellationToken.None),
            Task.Run(() => services.GetService<MeterProvider>()?.Shutdown(LastWordsMilliseconds), CancellationToken.None),
            Task.Run(() => services.GetService<LoggerProvider>()?.Shutdown(LastWordsMilliseconds), CancellationToken.None));
}
