using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using ServiceDefaults;

namespace McpWorker.Tools.Lists;

/// <summary>
/// How long clients may keep lists and the answer to <c>server/discover</c>. They differ from caller to caller, so nobody may
/// share them; who listens for changes hears of them sooner.
/// </summary>
internal static class CacheHints
{
    private static readonly TimeSpan TimeToLive = TimeSpan.FromMinutes(1);

    /// <summary>Older protocol versions do not know the members.</summary>
    public static bool Apply(string? protocol) => McpVersions.IsModern(protocol);

    public static void Set(ICacheableResult result, McpServer server)
    {
        if (Apply(server.NegotiatedProtocolVersion))
        {
            result.TimeToLive = TimeToLive;
            result.CacheScope = CacheScope.Private;
        }
    }

    public static void Write(JsonObject result)
    {
        result["ttlMs"] = (long)TimeToLive.TotalMilliseconds;
        result["cacheScope"] = "private";
    }

    /// <summary>The SDK answers <c>server/discover</c> itself, with a lifetime of nothing.</summary>
    public static Task OnOutgoing(MessageContext context, McpMessageHandler next, CancellationToken cancellationToken)
    {
        if (context.JsonRpcMessage is JsonRpcResponse { Result: JsonObject result } && result.ContainsKey("supportedVersions"))
        {
            Write(result);
        }

        return next(context, cancellationToken);
    }
}
