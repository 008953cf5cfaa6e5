using System.Security.Claims;
using McpWorker.Tools;
using ServiceDefaults.InternalCalls;

namespace McpWorker.InternalAccess;

/// <summary>
/// Lets a message through when the gateway signed for exactly this one (S-006): method, target and request id of the
/// token against those of the request, then the caller's permission once more. Requests without a message (GET and DELETE
/// of a session) are signed by their HTTP method, messages without a method (a client's answers) by none.
/// </summary>
internal sealed partial class InternalAccessMiddleware(
    RequestDelegate next, InternalTokens tokens, OpenStreams streams, ILogger<InternalAccessMiddleware> logger)
{
    private const string RequestIdHeader = "X-Request-ID";

    public async Task InvokeAsync(HttpContext http)
    {
        if (http.GetEndpoint()?.Metadata.GetMetadata<InternalCallRequired>() is null)
        {
            await next(http);
            return;
        }

        var check = tokens.Verify(http.Request.Headers[InternalTokens.HeaderName]);
        var body = await ReadBodyAsync(http);
        var head = HttpMethods.IsPost(http.Request.Method) ? MessageHead.TryRead(body) : MessageHead.OfBodiless(http.Request.Method);
        if (Refuse(http, check, head) is { } refusal)
        {
            await refusal.WriteAsync(http, head);
            return;
        }

        var call = check.Call!;
        using var stream = head!.OpensStream ? streams.TryOpen(call.Caller.Subject) : null;
        if (head.OpensStream && stream is null)
        {
            LogTooManyStreams(call.Caller.Subject);
            await WorkerRefusal.TooManyStreams.WriteAsync(http, head);
            return;
        }

        http.User = new ClaimsPrincipal(new CallerIdentity(call, http));
        http.Features.Set(head);
        http.Request.Body = new MemoryStream(body, writable: false);
        await next(http);
    }

    private WorkerRefusal? Refuse(HttpContext http, InternalTokenCheck check, MessageHead? head)
    {
        if (check.Call is not { } call)
        {
            LogRefused(check.Refusal!.Value);
            return WorkerRefusal.NotSigned;
        }

        if (head is null)
        {
            return WorkerRefusal.NotOneMessage;
        }

        if (!IsFor(call, head, http.Request.Headers[RequestIdHeader].ToString()))
        {
            LogMisused(call.Method, call.Target, call.RequestId);
            return WorkerRefusal.SignedForAnother;
        }

        if (ToolsFeature.EndpointOf(http) is not { } endpoint)
        {
            return WorkerRefusal.NoSuchServer;
        }

        if (head.Method is "tools/call" && endpoint.Now.Tools.Find(head.Target) is { } tool && !Visibility.MayUse(call.Caller.Permissions, tool))
        {
            LogForbidden(call.Caller.Subject, head.Target);
            return WorkerRefusal.Forbidden(head.Target);
        }

        return null;
    }

    private static bool IsFor(InternalCall call, MessageHead head, string requestId) =>
        call.Method == head.Method && call.Target == head.Target && call.RequestId == requestId && requestId.Length > 0;

    /// <summary>Kestrel bounds the length (MCP_MAX_REQUEST_SIZE).</summary>
    private static async Task<byte[]> ReadBodyAsync(HttpContext http)
    {
        using var buffer = new MemoryStream((int)Math.Min(http.Request.ContentLength ?? 0, 1 << 20));
        await http.Request.Body.CopyToAsync(buffer, http.RequestAborted);
        return buffer.ToArray();
    }

    [LoggerMessage(LogLevel.Warning, "Refused a message without a valid internal token: {Refusal}", EventName = "internal_token_refused")]
    private partial void LogRefused(InternalTokenRefusal refusal);

    [LoggerMessage(LogLevel.Warning, "Refused a message whose internal token is for {Method} {Target} of request {SignedRequestId}", EventName = "internal_token_misused")]
    private partial void LogMisused(string method, string target, string signedRequestId);

    [LoggerMessage(LogLevel.Warning, "Refused {Subject} the tool {Tool}, which the gateway had let through", EventName = "tool_forbidden")]
    private partial void LogForbidden(string subject, string tool);

    [LoggerMessage(LogLevel.Warning, "Refused {Subject} another stream of notifications (MCP_STREAMS_PER_CALLER)", EventName = "streams_exhausted")]
    private partial void LogTooManyStreams(string subject);
}
