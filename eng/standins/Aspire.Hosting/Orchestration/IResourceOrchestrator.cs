using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Orchestration;

/// <summary>Brings the resources of an application to life on this machine.</summary>
internal interface IResourceOrchestrator
{
    /// <summary>Returns when every resource is on its way; their states follow in <see cref="ResourceNotificationService"/>.</summary>
    Task StartAsync(DistributedApplicationModel model, CancellationToken cancellationToken);

    /// <summary>Whether a resource failed and has not been mended since.</summary>
    bool HasFailures { get; }

    /// <summary>Returns when nothing is left running.</summary>
    Task StopAsync(CancellationToken cancellationToken);
}
