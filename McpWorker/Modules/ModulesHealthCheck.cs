using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace McpWorker.Modules;

/// <summary>One ailing module degrades the worker; it never makes it unhealthy, for the others still work (S-142).</summary>
internal sealed class ModulesHealthCheck(EnabledModules modules, ModuleHealthStates states, IServiceProvider services) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var checks = await Task.WhenAll(modules.All.Select(
            async module => (module.Name, Health: await states.CheckAsync(module, services, cancellationToken))));
        var told = string.Join("; ", checks.Where(check => check.Health.Reason.Length > 0).Select(check => $"{check.Name}: {check.Health.Reason}"));

        return Array.TrueForAll(checks, check => check.Health.IsHealthy) ? HealthCheckResult.Healthy(told.Length > 0 ? told : null) : HealthCheckResult.Degraded(told);
    }
}
