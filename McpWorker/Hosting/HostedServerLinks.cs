using McpWorker.Hosting.Processes;
using McpWorker.Hosting.Sandboxes;
using McpWorker.Servers;

namespace McpWorker.Hosting;

/// <summary>Makes the ways to hosted servers, an instance each.</summary>
internal sealed class HostedServerLinks(
    SandboxChoice sandboxes, WorkerProtection protection, HostedServerWatch watch, HostedServerMetrics metrics, Watchdog watchdog, TimeProvider clock, ILoggerFactory loggers)
    : IServerLinks
{
    public IServerLink? TryCreate(ServerDefinition definition, int instance)
    {
        if (definition is not HostedServerDefinition server)
        {
            return null;
        }

        metrics.Known(server.Name);
        return new HostedServerLink(server, instance, sandboxes, protection, new HostedServices(watch, metrics, watchdog, clock, loggers));
    }
}
