namespace McpGateway.Telemetry;

/// <summary>Lets the gateway's counters begin when the host starts: before that nobody collects, and a zero would be lost.</summary>
internal sealed class FirstSeries(GatewayMetrics metrics) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        metrics.BeginAtZero();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
