using OpenTelemetry.Resources;
using ServiceDefaults.Instances;

namespace ServiceDefaults.Telemetry;

/// <summary>
/// Telemetry names an instance as <c>/status</c>, heartbeats and audit do. Aspire gives each replica a
/// <c>service.instance.id</c> of its own, by which its dashboard knows it; the second name then still leads to the others.
/// </summary>
internal sealed class InstanceResource(InstanceIdentity identity) : IResourceDetector
{
    public Resource Detect() => new([new("service.instance.id", identity.Id), new("mcp.platform.instance", identity.Id)]);
}
