using Microsoft.Extensions.DependencyInjection;

namespace McpModules;

/// <summary>Makes a module known to a worker.</summary>
public static class ModuleRegistration
{
    /// <summary>Adds the module and its services; <c>MCP_MODULES_ENABLED</c> decides whether it is loaded.</summary>
    public static IServiceCollection AddModule<TModule>(this IServiceCollection services)
        where TModule : Module, new()
    {
        var module = new TModule();
        module.AddServices(services);
        return services.AddSingleton<Module>(module);
    }
}
