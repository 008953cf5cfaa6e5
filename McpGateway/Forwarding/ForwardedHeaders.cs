using System.Collections.Frozen;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using McpGateway.Authentication;
using Microsoft.Extensions.Primitives;
using ServiceDefaults.InternalCalls;
using ServiceDefaults.RequestIds;

namespace McpGateway.Forwarding;

/// <summary>Which headers pass between caller and worker. Those of one connection, of identity and of routing do not.</summary>
internal static class ForwardedHeaders
{
    public const string SessionId = "Mcp-Session-Id";
    public const string RequestId = RequestIdMiddleware.HeaderName;

    private static readonly FrozenSet<string> HopByHop = Set(
        "Connection", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization", "Proxy-Connection", "TE", "Trailer",
        "Transfer-Encoding", "Upgrade", "HTTP2-Settings");

    private static readonly FrozenSet<string> NotToWorkers = Set(
        "Host", "Authorization", "Cookie", CallerAuthenticator.ApiKeyHeader, InternalTokens.HeaderName, RequestId, SessionId,
        "Content-Length", "Expect", "Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Prefix", "X-Real-IP");

    private static readonly FrozenSet<string> TraceContext = Set("traceparent", "tracestate", "Correlation-Context", "baggage");

    private static readonly FrozenSet<string> NotToCallers = Set(
        InternalTokens.HeaderName, RequestId, SessionId, "Server", "Date", "Set-Cookie");

    public static void CopyToWorker(IHeaderDictionary from, HttpRequestMessage to)
    {
        var named = NamedByConnection(from.Connection);
        var isTraced = Activity.Current is not null;
        foreach (var (name, values) in from)
        {
            var passes = !HopByHop.Contains(name) && !NotToWorkers.Contains(name) && !named.Contains(name, StringComparer.OrdinalIgnoreCase)
                && !(isTraced && TraceContext.Contains(name))
                && !name.Contains('_', StringComparison.Ordinal);
            if (passes && values.All(value => value is not null && Ascii.IsValid(value)) && !to.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values))
            {
                to.Content?.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
            }
        }
    }

    public static void CopyToCaller(HttpResponseMessage from, IHeaderDictionary to)
    {
        var named = from.Headers.Connection;
        Copy(from.Headers.NonValidated, to, named);
        Copy(from.Content.Headers.NonValidated, to, named);
    }

    private static void Copy(HttpHeadersNonValidated from, IHeaderDictionary to, HttpHeaderValueCollection<string> named)
    {
        foreach (var (name, values) in from)
        {
            if (!HopByHop.Contains(name) && !NotToCallers.Contains(name) && !named.Contains(name))
            {
                to[name] = values.Count == 1 ? new StringValues(values.ToString()) : new StringValues([.. values]);
            }
        }
    }

    private static string[] NamedByConnection(StringValues connection) =>
        connection.Count == 0
            ? []
            : connection.ToString().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static FrozenSet<string> Set(params string[] names) => names.ToFrozenSet(StringComparer.OrdinalIgnoreCase);
}
