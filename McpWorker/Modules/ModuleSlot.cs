using McpModules;
using McpWorker.Caching;
using McpWorker.Tools;

namespace McpWorker.Modules;

/// <summary>One module of this build, running or not. Its steps follow each other; no module waits for another's.</summary>
internal sealed partial class ModuleSlot(
    Module module, EnabledModules modules, ToolCatalog catalog, RunningCalls calls, ToolMetrics metrics, Generations generations, IServiceProvider services, ILogger logger) : IDisposable
{
    private readonly SemaphoreSlim _oneStep = new(1, 1);
    private volatile bool _isWanted;
    private Offer _offer = Offer.Nothing;

    public string Name => module.Name;

    /// <summary>Started, or on its way there: it has to be stopped.</summary>
    public bool IsRunning { get; private set; }

    /// <summary>Starts the module and publishes its tools.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _isWanted = true;
        IsRunning = true;
        await module.StartAsync(services, cancellationToken);
        _offer = ModuleOffer.Of(module, services);
        Publish();
        LogStarted(module.Name, module.Version, _offer.Tools.Count);
    }

    /// <summary>Brings the module to where the settings want it; never throws.</summary>
    public async Task FollowAsync(bool isWanted, CancellationToken stopping)
    {
        _isWanted = isWanted;
        if (!isWanted)
        {
            // At once, whatever step is under way: nobody should find it any more.
            catalog.Withdraw(module.Name);
        }

        await _oneStep.WaitAsync(stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (stopping.IsCancellationRequested)
        {
            return;
        }

        try
        {
            if (_isWanted && !IsRunning)
            {
                await TryStartAsync(stopping);
            }
            else if (!_isWanted && IsRunning)
            {
                await RetireAsync(stopping);
            }
        }
        finally
        {
            _oneStep.Release();
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        IsRunning = false;
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

    public void Dispose() => _oneStep.Dispose();

    private async Task TryStartAsync(CancellationToken stopping)
    {
        try
        {
            await StartAsync(stopping);
            modules.Started(module.Name);
        }
        catch (Exception exception) when (!stopping.IsCancellationRequested)
        {
            // The worker serves its other modules; this one is tried again at the next reload.
            LogStartFailed(exception, module.Name);
            catalog.Withdraw(module.Name);
            await StopAsync(stopping);
            modules.NotStarted(module.Name);
        }
    }

    /// <summary>Stops the module after its last call, which MCP_MODULE_TIMEOUT bounds.</summary>
    private async Task RetireAsync(CancellationToken stopping)
    {
        catalog.Withdraw(module.Name);
        await calls.CloseAsync(module.Name).WaitAsync(stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (stopping.IsCancellationRequested)
        {
            return;
        }

        if (_isWanted)
        {
            // Enabled again while its last calls ran.
            Publish();
            return;
        }

        await StopAsync(stopping);
        LogStopped(module.Name);
    }

    private void Publish()
    {
        calls.Open(module.Name);
        foreach (var tool in _offer.Tools.Select(tool => tool.Own))
        {
            var own = ModuleTool.Of(tool)!;
            if (own.IsRepeatable)
            {
                metrics.OfferedRepeatable(ToolAddress.Of(tool)!);
            }

            if (own.Cached is { } cached)
            {
                generations.Watch([module.Name, .. cached.DependsOn]);
            }
        }

        catalog.Publish(module.Name, _offer);
    }

    [LoggerMessage(LogLevel.Information, "Started module {Module} {ModuleVersion} with {Tools} tools", EventName = "module_started")]
    private partial void LogStarted(string module, string moduleVersion, int tools);

    [LoggerMessage(LogLevel.Information, "Stopped module {Module}", EventName = "module_stopped")]
    private partial void LogStopped(string module);

    [LoggerMessage(LogLevel.Error, "Module {Module} failed to start; it is left out until the next reload of settings", EventName = "module_start_failed")]
    private partial void LogStartFailed(Exception exception, string module);

    [LoggerMessage(LogLevel.Error, "Module {Module} failed to stop", EventName = "module_stop_failed")]
    private partial void LogStopFailed(Exception exception, string module);
}
