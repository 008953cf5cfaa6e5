using McpGateway.Envelope;
using Microsoft.Extensions.Options;
using ServiceDefaults.Logging.Redaction;
using ServiceDefaults.Settings.Catalog;

namespace McpGateway.RequestLog;

/// <summary>With MCP_TRACE_REQUESTS, one line a request with the headers both ways (S-218). The log masks the secret ones.</summary>
internal sealed partial class RequestTraceMiddleware(
    RequestDelegate next, IOptionsMonitor<LoggingOptions> logging, ILogger<RequestTraceMiddleware> logger)
{
    public Task InvokeAsync(HttpContext context) => logging.CurrentValue.TraceRequests ? TraceAsync(context) : next(context);

    private static Dictionary<string, string> Copy(IHeaderDictionary headers) =>
        headers.ToDictionary(header => header.Key, header => HeaderText.Redact(header.Key, header.Value.ToString()), StringComparer.OrdinalIgnoreCase);

    private async Task TraceAsync(HttpContext context)
    {
        // As they came: steps behind this one may change them.
        var requestHeaders = Copy(context.Request.Headers);
        var path = QueryText.Redact(context.Request.Path.Value ?? "", context.Request.QueryString.Value);
        try
        {
            await next(context);
        }
        finally
        {
            Log(context, path, requestHeaders);
        }
    }

    /// <summary>The headers are fields of their own: within the message nothing would tell which of them are secret.</summary>
    private void Log(HttpContext context, string path, Dictionary<string, string> requestHeaders)
    {
        var headers = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["request_headers"] = requestHeaders,
            ["response_headers"] = Copy(context.Response.Headers),
        };
        using (logger.BeginScope(headers))
        {
            LogTrace(
                context.Request.Method,
                path,
                context.Response.StatusCode,
                context.Features.Get<McpCall>()?.Envelope.Method);
        }
    }

    [LoggerMessage(LogLevel.Information, "{Method} {Path} ({RpcMethod}) was answered {Status}", EventName = "request_trace")]
    private partial void LogTrace(string method, string path, int status, string? rpcMethod);
}
