using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace McpWorker.Servers;

/// <summary>A server that is away degrades the worker; it never makes it unhealthy, for everything else still works.</summary>
internal sealed class ServersHealthCheck(ServersHost host) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var away = host.Servers.Where(server => !server.IsUp).Select(server => server.Name).Order(StringComparer.Ordinal).ToList();
        return Task.FromResult(away.Count == 0 ? HealthCheckResult.Healthy()
            : HealthCheckResult.Degraded($"Away: {string.Join(", ", away)}. The worker's log tells why (server_away)."));
    }
}
