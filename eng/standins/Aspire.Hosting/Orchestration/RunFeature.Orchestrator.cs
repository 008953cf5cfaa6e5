using Aspire.Hosting.Orchestration;
using Microsoft.Extensions.DependencyInjection;

namespace Aspire.Hosting;

internal static partial class RunFeature
{
    static partial void AddOrchestrator(IServiceCollection services)
    {
        services.AddSingleton<LocalRun>();
        services.AddSingleton<HealthMonitor>();
        services.AddSingleton<StatusFile>();
        services.AddSingleton<TerminalView>();
        services.AddSingleton<ValueResources>();
        services.AddSingleton<IResourceOrchestrator, LocalOrchestrator>();
    }
}
