using System.Diagnostics;

namespace McpGateway.Telemetry;

/// <summary>The gateway's own spans.</summary>
internal sealed class GatewaySpans : IDisposable
{
    private readonly ActivitySource _activities = new(GatewayMetrics.Name);

    /// <summary>The span of a call's way to a worker and back; null when nobody traces.</summary>
    public Activity? StartForwarding(string method, string target)
    {
        var span = _activities.StartActivity($"forward {method}");
        span?.SetTag("mcp.method.name", method);
        if (target.Length > 0)
        {
            span?.SetTag("mcp.target", target);
        }

        return span;
    }

    public void Dispose() => _activities.Dispose();
}
