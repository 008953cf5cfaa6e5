using McpModules;
using McpWorker.Tools;

namespace McpWorker.Modules;

/// <summary>Starts the enabled modules before the first request, publishes their tools, and stops them in reverse order.</summary>
internal sealed partial class ModuleHost(
    EnabledModules modules, ToolCatalog catalog, IServiceProvider services, ILogger<ModuleHost> logger) : IHostedService
{
    private readonly Lock _stopping = new();
    private readonly Stack<Module> _started = [];
    private Task? _stop;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var module in modules.All)
        {
            _started.Push(module);
            await module.StartAsync(services, cancellationToken);
            var offer = ModuleOffer.Of(module, services);
            catalog.Publish(module.Name, offer);
            LogStarted(module.Name, module.Version, offer.Own.Count);
        }
    }

    /// <summary>A host may be stopped twice at once, by a signal and by its disposal: each module stops once, and both wait for it.</summary>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        lock (_stopping)
        {
            return _stop ??= StopModulesAsync(cancellationToken);
        }
    }

    private async Task StopModulesAsync(CancellationToken cancellationToken)
    {
        while (_started.TryPop(out var module))
        {
            try
            {
                await module.StopAsync(cancellationToken);
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                // The others must be stopped too.
                LogStopFailed(exception, module.Name);
            }
        }
    }

    [LoggerMessage(LogLevel.Information, "Started module {Module} {ModuleVersion} with {Tools} tools", EventName = "module_started")]
    private partial void LogStarted(string module, string moduleVersion, int tools);

    [LoggerMessage(LogLevel.Error, "Module {Module} failed to stop", EventName = "module_stop_failed")]
    private partial void LogStopFailed(Exception exception, string module);
}
