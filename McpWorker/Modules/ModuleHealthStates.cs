using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using McpModules;
using McpWorker.Tools;

namespace McpWorker.Modules;

/// <summary>
/// What the last check found of each module, as the gauge <c>mcp_module_health</c>: 1 healthy, 0 not. One that was not
/// checked yet, or is not enabled any more, has no series. A scrape never checks anything itself.
/// </summary>
internal sealed class ModuleHealthStates
{
    private readonly EnabledModules _modules;
    private readonly ConcurrentDictionary<string, bool> _isHealthy = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Task<ModuleHealth>> _running = new(StringComparer.Ordinal);

    public ModuleHealthStates(EnabledModules modules, IMeterFactory meters)
    {
        _modules = modules;
        meters.Create(ToolMetrics.Name).CreateObservableGauge(
            "mcp_module_health", Observe, unit: null, "Whether an enabled module works: 1 yes, 0 no, by the last health probe.");
    }

    /// <summary>Checks one module. One that hangs hides no other, and is not asked again before it has come back.</summary>
    public async Task<ModuleHealth> CheckAsync(Module module, IServiceProvider services, CancellationToken cancellationToken)
    {
        var health = await AskAsync(module, services, cancellationToken);
        _isHealthy[module.Name] = health.IsHealthy;
        return health;
    }

    private async Task<ModuleHealth> AskAsync(Module module, IServiceProvider services, CancellationToken cancellationToken)
    {
        Task<ModuleHealth>? check;
        lock (_running)
        {
            if (!_running.TryGetValue(module.Name, out check) || check.IsCompleted)
            {
                _running[module.Name] = check = Task.Run(() => module.CheckAsync(services, cancellationToken), CancellationToken.None);
            }
        }

        try
        {
            return await check.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ModuleHealth.Unhealthy("Its check took too long.");
        }
        catch (Exception exception)
        {
            // Whatever a module throws means that it is not well.
            return ModuleHealth.Unhealthy(exception.Message);
        }
    }

    private IEnumerable<Measurement<int>> Observe()
    {
        foreach (var module in _modules.All)
        {
            if (_isHealthy.TryGetValue(module.Name, out var isHealthy))
            {
                yield return new Measurement<int>(isHealthy ? 1 : 0, new KeyValuePair<string, object?>("module", module.Name));
            }
        }
    }
}
