using ModelContextProtocol.Server;
using ServiceDefaults.InternalCalls;

namespace McpWorker.Tools;

/// <summary>
/// What a caller may see or use. Tools have permissions of their own; prompts and resources of a server share one each:
/// <c>tool:&lt;server&gt;/prompts:&lt;list or call&gt;</c> and <c>tool:&lt;server&gt;/resources:&lt;list or call&gt;</c>.
/// </summary>
internal static class Visibility
{
    private const string Prompts = "prompts";
    private const string Resources = "resources";

    /// <summary>Whether it is in the caller's lists: who may use a tool sees it too.</summary>
    public static bool Of(IReadOnlyList<string> granted, IMcpServerPrimitive item) =>
        Allows(granted, item, Permissions.List) || (item is McpServerTool && Allows(granted, item, Permissions.Call));

    public static bool MayUse(IReadOnlyList<string> granted, IMcpServerPrimitive? item) => item is not null && Allows(granted, item, Permissions.Call);

    public static bool OfResourcesOf(IReadOnlyList<string> granted, string server) =>
        Permissions.Allows(granted, Permissions.ForTool(server, Resources, Permissions.List));

    private static bool Allows(IReadOnlyList<string> granted, IMcpServerPrimitive item, string action) =>
        ToolAddress.Of(item) is { } address && Permissions.Allows(granted, Permissions.ForTool(address.Server, NameOf(item, address), action));

    private static string NameOf(IMcpServerPrimitive item, ToolAddress address) => item switch
    {
        McpServerPrompt => Prompts,
        McpServerResource => Resources,
        _ => address.Name,
    };
}
