using System.Security.Claims;
using System.Text.Json.Nodes;
using McpWorker.Tools;
using ServiceDefaults.InternalCalls;

namespace McpWorker.InternalAccess;

/// <summary>
/// Lets a message through when the gateway signed for exactly this one (S-006): method, target and request id of the
/// token against those of the request, then the caller's permission once more.
/// </summary>
internal sealed partial class InternalAccessMiddleware(RequestDelegate next, InternalTokens tokens, ILogger<InternalAccessMiddleware> logger)
{
    private const string RequestIdHeader = "X-Request-ID";
    private const int InvalidRequest = -32600;

    /// <summary>Codes of ours lie outside the range JSON-RPC and MCP reserve.</summary>
    private const int Unauthorized = 401;
    private const int Forbidden = 403;
    private const int NotFound = 404;

    public async Task InvokeAsync(HttpContext http)
    {
        if (http.GetEndpoint()?.Metadata.GetMetadata<InternalCallRequired>() is null)
        {
            await next(http);
            return;
        }

        var check = tokens.Verify(http.Request.Headers[InternalTokens.HeaderName]);
        var body = await ReadBodyAsync(http);
        var head = MessageHead.TryRead(body);
        if (check.Call is not { } call)
        {
            LogRefused(check.Refusal!.Value);
            await RefuseAsync(http, StatusCodes.Status401Unauthorized, Unauthorized, "This worker answers its gateway only; call the gateway.", head);
        }
        else if (head is null)
        {
            await RefuseAsync(http, StatusCodes.Status400BadRequest, InvalidRequest, "The body must be one JSON-RPC 2.0 message without repeated keys.", head);
        }
        else if (!IsFor(call, head, http.Request.Headers[RequestIdHeader].ToString()))
        {
            LogMisused(call.Method, call.Target, call.RequestId);
            await RefuseAsync(http, StatusCodes.Status401Unauthorized, Unauthorized, "The internal token was signed for another message.", head);
        }
        else if (ToolsFeature.PageOf(http) is not { } page)
        {
            await RefuseAsync(http, StatusCodes.Status404NotFound, NotFound, "There is no such server here.", head);
        }
        else if (head.Method is "tools/call" && page.AddressOf(head.Target) is { } address
            && !Permissions.Allows(call.Caller.Permissions, Permissions.ForTool(address.Server, address.Name, Permissions.Call)))
        {
            LogForbidden(call.Caller.Subject, head.Target);
            await RefuseAsync(http, StatusCodes.Status403Forbidden, Forbidden, $"This caller may not call '{head.Target}'.", head);
        }
        else
        {
            http.User = new ClaimsPrincipal(new CallerIdentity(call));
            http.Request.Body = new MemoryStream(body, writable: false);
            await next(http);
        }
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

    private static Task RefuseAsync(HttpContext http, int status, int code, string message, MessageHead? head)
    {
        http.Response.StatusCode = status;
        var answer = new JsonObject
        {
            ["jsonrpc"] = "2.0",
            ["id"] = head?.Id,
            ["error"] = new JsonObject { ["code"] = code, ["message"] = message },
        };
        return http.Response.WriteAsJsonAsync(answer, http.RequestAborted);
    }

    [LoggerMessage(LogLevel.Warning, "Refused a message without a valid internal token: {Refusal}", EventName = "internal_token_refused")]
    private partial void LogRefused(InternalTokenRefusal refusal);

    [LoggerMessage(LogLevel.Warning, "Refused a message whose internal token is for {Method} {Target} of request {SignedRequestId}", EventName = "internal_token_misused")]
    private partial void LogMisused(string method, string target, string signedRequestId);

    [LoggerMessage(LogLevel.Warning, "Refused {Subject} the tool {Tool}, which the gateway had let through", EventName = "tool_forbidden")]
    private partial void LogForbidden(string subject, string tool);
}
