using McpWorker.InternalAccess;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using ServiceDefaults.InternalCalls;

namespace McpWorker.Tools;

/// <summary>A caller's view of the tools: those it may list or call, in an order that never changes by itself.</summary>
internal static class ToolLists
{
    public static ListToolsResult Arrange(ListToolsResult result, RequestContext<ListToolsRequestParams> request)
    {
        var granted = CallerIdentity.Of(request.User).Call.Caller.Permissions;
        var tools = request.Server.ServerOptions.ToolCollection!;
        result.Tools =
        [
            .. result.Tools
                .Where(tool => tools.TryGetPrimitive(tool.Name, out var found) && MaySee(granted, ToolAddress.Of(found)))
                .OrderBy(tool => tool.Name, StringComparer.Ordinal),
        ];
        return result;
    }

    private static bool MaySee(IReadOnlyList<string> granted, ToolAddress? address) =>
        address is not null
        && (Permissions.Allows(granted, Permissions.ForTool(address.Server, address.Name, Permissions.List))
            || Permissions.Allows(granted, Permissions.ForTool(address.Server, address.Name, Permissions.Call)));
}
