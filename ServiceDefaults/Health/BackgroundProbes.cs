using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using ServiceDefaults.Settings.Catalog;

namespace ServiceDefaults.Health;

/// <summary>
/// Probes once the service is up and then every MCP_HEALTH_CHECK_INTERVAL seconds (S-167), so that log and metrics tell of
/// what goes away or comes back where nobody asks for <c>/health</c>. A changed interval counts from the reload on.
/// </summary>
internal sealed class BackgroundProbes : BackgroundService
{
    private readonly HealthMonitor _monitor;
    private readonly IHostApplicationLifetime _lifetime;
    private readonly PeriodicTimer _timer;
    private readonly IDisposable? _reloads;

    public BackgroundProbes(HealthMonitor monitor, IHostApplicationLifetime lifetime, IOptionsMonitor<HealthOptions> options, TimeProvider clock)
    {
        _monitor = monitor;
        _lifetime = lifetime;
        _timer = new PeriodicTimer(Interval(options.CurrentValue), clock);
        _reloads = options.OnChange(Follow);
    }

    public override void Dispose()
    {
        _reloads?.Dispose();
        _timer.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await _lifetime.WaitForStartAsync(stoppingToken);
        do
        {
            await _monitor.ReportAsync().WaitAsync(stoppingToken);
        }
        while (await _timer.WaitForNextTickAsync(stoppingToken));
    }

    private static TimeSpan Interval(HealthOptions options) => TimeSpan.FromSeconds(options.IntervalSeconds);

    private void Follow(HealthOptions options)
    {
        var interval = Interval(options);
        if (_timer.Period != interval)
        {
            _timer.Period = interval;
        }
    }
}
