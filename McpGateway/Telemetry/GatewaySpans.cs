using System.Diagnostics;
using System.Text;
using McpGateway.Authorization;
using McpGateway.Envelope;
using ServiceDefaults.Instances;
using ServiceDefaults.Telemetry.Tracing;

namespace McpGateway.Telemetry;

/// <summary>The gateway's own spans. They are described when they end, and only if somebody will see them.</summary>
internal sealed class GatewaySpans : IDisposable
{
    private readonly ActivitySource _activities = new(GatewayMetrics.Name);

    /// <summary>
    /// Continues the trace a caller wrote into <c>_meta</c> (SEP-414) where no traceparent header did, with a link to the
    /// HTTP request it came in. Null: nothing to continue. What is malformed there is no trace, and no error either.
    /// </summary>
    public Activity? JoinCallersTrace(McpEnvelope envelope)
    {
        if (envelope.TraceParent is null || Activity.Current is not { HasRemoteParent: false } request
            || !ActivityContext.TryParse(envelope.TraceParent, envelope.TraceState, isRemote: true, out var caller))
        {
            return null;
        }

        return _activities.StartActivity(McpSpans.Incoming, ActivityKind.Server, caller, links: [new ActivityLink(request.Context)])
            ?? Unrecorded(caller);
    }

    /// <summary>The span of a call's way to a worker and back; null when nobody traces.</summary>
    public Activity? StartForwarding() => _activities.StartActivity(McpSpans.Outgoing, ActivityKind.Client);

    /// <summary>The instance that the call goes to now.</summary>
    public static void Reaches(Activity? span, Instance instance)
    {
        if (span is { IsAllDataRequested: true })
        {
            span.SetTag("mcp.platform.instance", instance.Id);
        }
    }

    /// <param name="session">The legacy session's own id; null when there is none.</param>
    public static void End(Activity? span, HttpContext context, McpCall call, string? session = null)
    {
        var status = context.Response.StatusCode;
        var failed = status >= StatusCodes.Status500InternalServerError || call.AnswerIsError;
        if (McpSpans.IsExported(span, failed))
        {
            Describe(span!, context, call, session);
            if (failed)
            {
                McpSpans.Fail(span!, call.ErrorTypeAt(status) ?? ErrorTypes.Internal);
            }
        }

        span?.Dispose();
    }

    public void Dispose() => _activities.Dispose();

    private static void Describe(Activity span, HttpContext context, McpCall call, string? session)
    {
        var envelope = call.Envelope;
        var version = context.Request.Headers[ProtocolVersions.HeaderName].ToString();
        version = envelope.DeclaredVersion ?? version;
        McpSpans.Describe(span, McpMethods.Label(call.MethodOr(context.Request.Method)), envelope.Target);
        McpSpans.DescribeProtocol(span, ProtocolVersions.IsKnown(version) ? version : null);
        McpSpans.DescribeRequest(span, Encoding.UTF8.GetString(envelope.Id.Span), context.TraceIdentifier);
        span.SetTag("mcp.session.id", session);
        span.SetTag("network.protocol.version", "1.1");
        if (McpRoute.ServerOf(context) is { } server)
        {
            span.SetTag(McpSpans.Server, McpSpans.Bounded(server));
        }
        else if (envelope.Method == McpMethods.CallTool)
        {
            span.SetTag(McpSpans.Server, McpSpans.Bounded(ToolNames.Split(envelope.Target).Server));
        }
    }

    /// <summary>Nobody collects spans here; log, audit and worker still belong to the caller's trace.</summary>
    private static Activity Unrecorded(ActivityContext caller)
    {
        var span = new Activity(McpSpans.Incoming).SetParentId(caller.TraceId, caller.SpanId, ActivityTraceFlags.None);
        span.TraceStateString = caller.TraceState;
        return span.Start();
    }
}
