using System.Collections.Concurrent;
using McpModules;
using Microsoft.Extensions.Options;
using ServiceDefaults;
using ServiceDefaults.Settings;
using ServiceDefaults.Settings.Catalog;

namespace McpWorker.Modules;

/// <summary>The modules of this build, and exactly those of them that MCP_MODULES_ENABLED names now (S-138), in its order.</summary>
internal sealed class EnabledModules
{
    private const string Setting = "MCP_MODULES_ENABLED";

    private readonly Dictionary<string, Module> _known = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Module> _notStarted = new(StringComparer.Ordinal);
    private readonly IOptionsMonitor<ModuleOptions> _options;

    /// <exception cref="SettingsException">MCP_MODULES_ENABLED names a module nobody knows.</exception>
    /// <exception cref="InvalidOperationException">A module of this build has no usable name, or shares one.</exception>
    public EnabledModules(IEnumerable<Module> known, IOptionsMonitor<ModuleOptions> options)
    {
        _options = options;
        foreach (var module in known)
        {
            if (!ServerNames.IsValid(module.Name))
            {
                throw new InvalidOperationException($"Module name '{module.Name}' of {module.GetType()} must be 1 to 24 of a-z, 0-9 and '-'.");
            }

            if (!_known.TryAdd(module.Name, module))
            {
                throw new InvalidOperationException($"Two modules are called '{module.Name}': {_known[module.Name].GetType()} and {module.GetType()}.");
            }
        }

        var unknown = FindUnknown(options.CurrentValue.Enabled).ToList();
        if (unknown.Count > 0)
        {
            throw new SettingsException(unknown);
        }
    }

    /// <summary>For one that could not start, something stands here that tells so when its health is asked for.</summary>
    public IReadOnlyList<Module> All =>
        [.. Names.Where(_known.ContainsKey).Select(name => _notStarted.GetValueOrDefault(name) ?? _known[name])];

    public IEnumerable<Module> Known => _known.Values;

    public IEnumerable<string> Names => _options.CurrentValue.Enabled.Distinct(StringComparer.Ordinal);

    public IEnumerable<SettingError> FindUnknown(IEnumerable<string> names) =>
        names.Where(name => !_known.ContainsKey(name)).Select(name => new SettingError(
            Setting, $"names the module '{name}', which this worker does not know", "modules of this worker",
            $"Known are: {string.Join(", ", _known.Keys.Order(StringComparer.Ordinal))}."));

    public void Started(string name) => _notStarted.TryRemove(name, out _);

    public void NotStarted(string name) => _notStarted[name] = new NotStartedModule(name);

    private sealed class NotStartedModule(string name) : Module
    {
        public override string Name => name;

        public override Task<ModuleHealth> CheckAsync(IServiceProvider services, CancellationToken cancellationToken) =>
            Task.FromResult(ModuleHealth.Unhealthy("It did not start; the worker's log tells why. The next reload of settings tries again."));
    }
}
