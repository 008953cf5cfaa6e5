using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using ServiceDefaults.Settings.Catalog;

namespace ServiceDefaults.Health;

/// <summary>
/// Probes every MCP_HEALTH_CHECK_INTERVAL seconds (S-167), so that the log tells of a dependency that goes away or comes back
/// where nobody asks for <c>/health</c>.
/// </summary>
internal sealed class BackgroundProbes(HealthMonitor monitor, IOptions<HealthOptions> options, TimeProvider clock) : BackgroundService
{
    private readonly PeriodicTimer _timer = new(TimeSpan.FromSeconds(options.Value.IntervalSeconds), clock);

    public override void Dispose()
    {
        _timer.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (await _timer.WaitForNextTickAsync(stoppingToken))
        {
            await monitor.ReportAsync();
        }
    }
}
