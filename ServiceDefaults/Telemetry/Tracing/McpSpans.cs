using System.Diagnostics;
using System.Globalization;

namespace ServiceDefaults.Telemetry.Tracing;

/// <summary>
/// Spans of MCP calls after the semantic conventions of OpenTelemetry (gen-ai/mcp.md, status Development); what they have no
/// word for is <c>mcp.platform.*</c>. Values are bounded, and arguments and results are never among them.
/// </summary>
public static class McpSpans
{
    /// <summary>First name of a span that waits for the answer of another server; the sampler knows it by that.</summary>
    public const string Outgoing = "mcp.client";

    /// <summary>First name of a span that serves a call.</summary>
    public const string Incoming = "mcp.server";

    public const string ErrorType = "error.type";
    public const string RequestId = "mcp.request_id";
    public const string Server = "mcp.platform.server";

    private const int MaxLength = 256;

    /// <summary>Whether somebody will see it: attributes of a span that nobody exports are not worth their making.</summary>
    public static bool IsExported(Activity? span, bool failed) => span is { IsAllDataRequested: true } && (span.Recorded || failed);

    /// <param name="target">Tool or prompt name, or URI; empty when the method has none.</param>
    public static void Describe(Activity span, string method, string target)
    {
        target = Bounded(target);
        span.SetTag("mcp.method.name", method);
        span.SetTag("network.transport", "tcp");
        span.SetTag("network.protocol.name", "http");
        span.DisplayName = method;
        if (target.Length == 0)
        {
            return;
        }

        if (method.StartsWith("resources/", StringComparison.Ordinal))
        {
            // No part of the name: there are as many as there are resources.
            span.SetTag("mcp.resource.uri", target);
            return;
        }

        span.DisplayName = $"{method} {target}";
        if (method == "tools/call")
        {
            span.SetTag("gen_ai.tool.name", target);
            span.SetTag("gen_ai.operation.name", "execute_tool");
        }
        else
        {
            span.SetTag("gen_ai.prompt.name", target);
        }
    }

    /// <param name="version">Protocol version; null where it is unknown.</param>
    public static void DescribeProtocol(Activity span, string? version)
    {
        span.SetTag("mcp.protocol.version", version);
        span.SetTag("mcp.platform.era", McpVersions.IsModern(version) ? "modern" : "legacy");
    }

    /// <param name="id">As the caller wrote it; quotes are left out.</param>
    public static void DescribeRequest(Activity span, string id, string requestId)
    {
        span.SetTag("jsonrpc.request.id", id.Length == 0 ? null : Bounded(id.Trim('"')));
        span.SetTag(RequestId, Bounded(requestId));
    }

    /// <summary>The error code of a JSON-RPC answer.</summary>
    public static void Fail(Activity span, int code)
    {
        var text = code.ToString(CultureInfo.InvariantCulture);
        span.SetTag("rpc.response.status_code", text);
        Fail(span, text);
    }

    /// <param name="type">Of few different values: a code, the name of an exception's type, <c>tool_error</c>, <c>timeout</c>.</param>
    public static void Fail(Activity span, string type)
    {
        span.SetTag(ErrorType, type);
        span.SetStatus(ActivityStatusCode.Error);
    }

    public static string Bounded(string text) => text.Length <= MaxLength ? text : text[..MaxLength];
}
