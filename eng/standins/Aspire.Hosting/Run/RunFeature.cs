using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Aspire.Hosting.Orchestration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting;

/// <summary>Run mode: the orchestrator starts with the host and stops with it.</summary>
internal static partial class RunFeature
{
    public static void AddTo(IServiceCollection services)
    {
        AddOrchestrator(services);
        services.AddHostedService<RunHost>();
    }

    /// <summary>Registers <see cref="IResourceOrchestrator"/>.</summary>
    static partial void AddOrchestrator(IServiceCollection services);

    private sealed class RunHost(
        IResourceOrchestrator orchestrator,
        DistributedApplicationModel model,
        IDistributedApplicationEventing eventing,
        IServiceProvider services) : IHostedService
    {
        public async Task StartAsync(CancellationToken cancellationToken)
        {
            await eventing.PublishAsync(new BeforeStartEvent(services, model), cancellationToken);
            await orchestrator.StartAsync(model, cancellationToken);
        }

        public Task StopAsync(CancellationToken cancellationToken) => orchestrator.StopAsync(cancellationToken);
    }
}
