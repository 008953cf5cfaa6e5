using System.Diagnostics;
using McpWorker.InternalAccess;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using ServiceDefaults.Telemetry.Tracing;

namespace McpWorker.Tools;

/// <summary>One span a tool call, and one a call of another server's tool. They are described when they end, and only if somebody will see them.</summary>
internal sealed class ToolSpans : IDisposable
{
    private readonly ActivitySource _spans = new(ToolMetrics.Name);

    /// <summary>Null when nobody traces.</summary>
    public Activity? Start() => _spans.StartActivity(McpSpans.Incoming, ActivityKind.Server);

    /// <summary>The span of waiting for another server, whose context that server gets; null when nobody traces.</summary>
    public Activity? StartOutgoing() => _spans.StartActivity(McpSpans.Outgoing, ActivityKind.Client);

    /// <summary>Notes what a call failed with. Always false, for use as a filter: whoever handles it does so elsewhere.</summary>
    public static bool Note(Activity? span, Exception exception)
    {
        if (span is { IsAllDataRequested: true } && exception is not (OperationCanceledException or InputRequiredException))
        {
            if (exception is McpProtocolException { ErrorCode: var code })
            {
                McpSpans.Fail(span, (int)code);
            }
            else if (exception is not McpException)
            {
                McpSpans.Fail(span, exception is TimeoutException ? "timeout" : exception.GetType().Name);
            }
        }

        return false;
    }

    /// <param name="result"><c>success</c>, <c>error</c>, <c>timeout</c> or <c>cancelled</c>.</param>
    public static void End(Activity? span, RequestContext<CallToolRequestParams> request, ToolAddress address, string result)
    {
        var failed = result is not ("success" or "cancelled");
        if (McpSpans.IsExported(span, failed))
        {
            var protocol = request.JsonRpcRequest.Context?.ProtocolVersion ?? request.Server.NegotiatedProtocolVersion;
            McpSpans.Describe(span!, RequestMethods.ToolsCall, address.FederatedName);
            McpSpans.DescribeProtocol(span!, protocol);
            McpSpans.DescribeRequest(span!, request.JsonRpcRequest.Id.ToString(), CallerIdentity.Of(request.User).Call.RequestId);
            span!.SetTag(McpSpans.Server, address.Server);
            span.SetTag("mcp.platform.tool.version", address.Version.Length == 0 ? null : address.Version);
            span.SetTag("mcp.platform.tool.result", result);
            if (failed && span.Status != ActivityStatusCode.Error)
            {
                McpSpans.Fail(span, result == "timeout" ? result : "tool_error");
            }
        }
    }

    public static void EndOutgoing(Activity? span, string tool, string server, string? protocol, CallToolResult? result)
    {
        var failed = result?.IsError is true;
        if (McpSpans.IsExported(span, failed || span?.Status == ActivityStatusCode.Error))
        {
            McpSpans.Describe(span!, RequestMethods.ToolsCall, tool);
            McpSpans.DescribeProtocol(span!, protocol);
            span!.SetTag(McpSpans.Server, server);
            if (failed)
            {
                McpSpans.Fail(span, "tool_error");
            }
        }

        span?.Dispose();
    }

    public void Dispose() => _spans.Dispose();
}
