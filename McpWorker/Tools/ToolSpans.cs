using System.Diagnostics;

namespace McpWorker.Tools;

/// <summary>One span a tool call.</summary>
internal sealed class ToolSpans : IDisposable
{
    private readonly ActivitySource _spans = new(ToolMetrics.Name);

    /// <summary>Null when nobody traces.</summary>
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
    public static void End(Activity? span, string result)
    {
        span?.SetTag("mcp.tool.result", result);
        span?.SetStatus(result is "success" or "cancelled" ? ActivityStatusCode.Unset : ActivityStatusCode.Error);
    }

    public void Dispose() => _spans.Dispose();
}
