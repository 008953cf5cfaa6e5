using System.Collections.Frozen;

namespace McpGateway.Envelope;

/// <summary>Methods of the protocol. Labels of metrics come from here alone: a caller must not be able to invent series.</summary>
internal static class McpMethods
{
    public const string CallTool = "tools/call";

    private static readonly FrozenSet<string> Known = new[]
    {
        CallTool, "tools/list", "prompts/get", "prompts/list", "resources/read", "resources/list", "resources/templates/list",
        "resources/subscribe", "resources/unsubscribe", "completion/complete", "logging/setLevel", "initialize", "ping",
        "server/discover", "subscriptions/listen", "notifications/initialized", "notifications/cancelled",
        "notifications/progress", "notifications/roots/list_changed", "GET", "POST", "DELETE",
    }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> Repeatable = new[]
    {
        "tools/list", "prompts/list", "resources/list", "resources/templates/list", "resources/read", "server/discover", "ping",
    }.ToFrozenSet(StringComparer.Ordinal);

    public static string Label(string method) => Known.Contains(method) ? method : "other";

    /// <summary>Methods that change nothing, so that a call whose worker died may go to another one.</summary>
    public static bool IsRepeatable(string method) => Repeatable.Contains(method);
}
