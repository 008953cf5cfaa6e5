using McpModules;
using Microsoft.Extensions.Options;
using ServiceDefaults;
using ServiceDefaults.Settings;
using ServiceDefaults.Settings.Catalog;

namespace McpWorker.Modules;

/// <summary>Exactly the modules that MCP_MODULES_ENABLED names (S-138), in its order.</summary>
internal sealed class EnabledModules
{
    /// <exception cref="SettingsException">MCP_MODULES_ENABLED names a module nobody knows.</exception>
    /// <exception cref="InvalidOperationException">A module of this build has no usable name, or shares one.</exception>
    public EnabledModules(IEnumerable<Module> known, IOptions<ModuleOptions> options)
    {
        var byName = new Dictionary<string, Module>(StringComparer.Ordinal);
        foreach (var module in known)
        {
            if (!ServerNames.IsValid(module.Name))
            {
                throw new InvalidOperationException($"Module name '{module.Name}' of {module.GetType()} must be 1 to 24 of a-z, 0-9 and '-'.");
            }

            if (!byName.TryAdd(module.Name, module))
            {
                throw new InvalidOperationException($"Two modules are called '{module.Name}': {byName[module.Name].GetType()} and {module.GetType()}.");
            }
        }

        All = [.. options.Value.Enabled.Distinct(StringComparer.Ordinal).Select(name => byName.GetValueOrDefault(name) ?? throw Unknown(name, byName.Keys))];
    }

    public IReadOnlyList<Module> All { get; }

    private static SettingsException Unknown(string name, IEnumerable<string> known) => new(
    [
        new SettingError(
            "MCP_MODULES_ENABLED", $"names the module '{name}', which this worker does not know", "modules of this worker",
            $"Known are: {string.Join(", ", known.Order(StringComparer.Ordinal))}."),
    ]);
}
