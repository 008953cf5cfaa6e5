using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace McpWorker.Modules;

/// <summary>One ailing module degrades the worker; it never makes it unhealthy, for the others still work (S-142).</summary>
internal sealed class ModulesHealthCheck(EnabledModules modules, ModuleHealthStates states, IServiceProvider services) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var checks = await Task.WhenAll(modules.All.Select(
            async module => (module.Name, Health: await states.CheckAsync(module, services, cancellationToken))));
        var ailing = checks.Where(check => !check.Health.IsHealthy).ToList();

        return ailing.Count == 0 ? HealthCheckResult.Healthy()
            : HealthCheckResult.Degraded(string.Join("; ", ailing.Select(check => $"{check.Name}: {check.Health.Reason}")));
    }
}
