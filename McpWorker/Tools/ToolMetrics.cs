using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace McpWorker.Tools;

/// <summary>What operators see of tool calls: one counter, one span a call.</summary>
internal sealed class ToolMetrics : IDisposable
{
    public const string Name = "McpPlatform.Worker";

    private readonly ActivitySource _spans = new(Name);
    private readonly Counter<long> _executed;

    public ToolMetrics(IMeterFactory meters) =>
        _executed = meters.Create(Name).CreateCounter<long>("tools_executed_total", description: "Tool calls that ended, by outcome.");

    public Activity? Start(ToolAddress address)
    {
        var span = _spans.StartActivity($"tools/call {address.FederatedName}");
        span?.SetTag("mcp.method.name", "tools/call");
        span?.SetTag("mcp.tool.name", address.FederatedName);
        span?.SetTag("mcp.server.name", address.Server);
        span?.SetTag("mcp.tool.version", address.Version);
        return span;
    }

    /// <param name="result"><c>success</c>, <c>error</c>, <c>timeout</c> or <c>cancelled</c>.</param>
    public void Ended(Activity? span, ToolAddress address, string result)
    {
        span?.SetTag("mcp.tool.result", result);
        span?.SetStatus(result is "success" or "cancelled" ? ActivityStatusCode.Unset : ActivityStatusCode.Error);
        _executed.Add(1, new("tool", address.FederatedName), new("version", address.Version), new("result", result));
    }

    public void Dispose() => _spans.Dispose();
}
