using System.Diagnostics;
using McpWorker.Hosting.Processes;
using McpWorker.Hosting.Sandboxes;
using McpWorker.Servers;

namespace McpWorker.Hosting;

/// <summary>A process that was just started.</summary>
internal sealed record HostedProcess(
    HostedServerDefinition Server, int Instance, SandboxKind Kind, Process Process, SandboxedStart Start, IReadOnlyList<string> Secrets)
{
    public string Label => $"{Server.Name} #{Instance}";
}

/// <summary>What all hosted servers share.</summary>
internal sealed record HostedServices(HostedServerWatch Watch, HostedServerMetrics Metrics, Watchdog Watchdog, TimeProvider Clock, ILoggerFactory Loggers);
