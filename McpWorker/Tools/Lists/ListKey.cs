using System.Text.Json;
using System.Text.Json.Nodes;
using McpWorker.InternalAccess;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace McpWorker.Tools.Lists;

/// <summary>All that the answer to a list request depends on.</summary>
/// <param name="Page">Version of the page it was made from.</param>
/// <param name="Protocol">Older protocol versions get other shapes.</param>
/// <param name="Permissions">What the caller may see follows from it.</param>
internal sealed record ListKey((ulong Tools, ulong Prompts, ulong Resources) Page, string Method, string Protocol, string Cursor, string Permissions)
{
    /// <summary>Null for a request that is no list, or not one to be read off like this.</summary>
    public static ListKey? Of(MessageContext context)
    {
        if (context.JsonRpcMessage is not JsonRpcRequest { Method: var method } request || !IsList(method))
        {
            return null;
        }

        var cursor = (request.Params as JsonObject)?["cursor"];
        return cursor is null || cursor.GetValueKind() is JsonValueKind.String
            ? new ListKey(
                LivePage.Of(context.Server).Now.Version,
                method,
                context.Server.NegotiatedProtocolVersion ?? "",
                cursor is null ? "" : $"after {cursor.GetValue<string>()}",
                PermissionKey.Of(CallerIdentity.Of(context.User).Call.Caller))
            : null;
    }

    private static bool IsList(string method) =>
        method is RequestMethods.ToolsList or RequestMethods.PromptsList or RequestMethods.ResourcesList or RequestMethods.ResourcesTemplatesList;
}
