using McpWorker.Caching;
using McpWorker.Tools;
using ServiceDefaults.Settings;
using ServiceDefaults.Settings.Catalog;

namespace McpWorker.Modules;

/// <summary>
/// Starts the enabled modules before the first request and stops them in reverse order. In between it follows
/// MCP_MODULES_ENABLED: a module that is enabled starts and then shows its tools, one that is disabled hides them and stops
/// after its last call.
/// </summary>
internal sealed class ModuleHost : IHostedService, ISettingsObserver, IDisposable
{
    private readonly Lock _stopping = new();
    private readonly CancellationTokenSource _ends = new();
    private readonly EnabledModules _modules;
    private readonly List<ModuleSlot> _slots;
    private volatile bool _isServing;
    private Task _following = Task.CompletedTask;
    private Task? _stop;

    public ModuleHost(EnabledModules modules, ToolCatalog catalog, RunningCalls calls, ToolMetrics metrics, Generations generations, IServiceProvider services, ILogger<ModuleHost> logger)
    {
        _modules = modules;
        _slots = [.. modules.Known.Select(module => new ModuleSlot(module, modules, catalog, calls, metrics, generations, services, logger))];
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var name in _modules.Names)
        {
            await _slots.Single(slot => slot.Name == name).StartAsync(cancellationToken);
        }

        _isServing = true;
    }

    public IEnumerable<SettingError> Check(SettingsSnapshot next) => _modules.FindUnknown(next.Get<ModuleOptions>().Enabled);

    /// <summary>Also after reloads of something else: a module that could not start is tried again.</summary>
    public void Reloaded(SettingsChange change)
    {
        lock (_stopping)
        {
            if (_isServing && _stop is null)
            {
                var wanted = _modules.Names.ToHashSet(StringComparer.Ordinal);
                _following = Task.WhenAll([_following, .. _slots.Select(slot => Task.Run(() => slot.FollowAsync(wanted.Contains(slot.Name), _ends.Token)))]);
            }
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

    public void Dispose()
    {
        _ends.Dispose();
        _slots.ForEach(slot => slot.Dispose());
    }

    private async Task StopModulesAsync(CancellationToken cancellationToken)
    {
        await _ends.CancelAsync();
        await _following.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        var order = _modules.Names.ToList();
        foreach (var slot in _slots.Where(slot => slot.IsRunning).OrderByDescending(slot => order.IndexOf(slot.Name)))
        {
            await slot.StopAsync(cancellationToken);
        }
    }
}
