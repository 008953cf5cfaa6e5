using System.Security.Claims;
using McpWorker.InternalAccess;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using ServiceDefaults.InternalCalls;

namespace McpWorker.Tools;

/// <summary>
/// Resources of modules. They have no permissions of their own: who may list or read them holds
/// <c>tool:&lt;server&gt;/resources:&lt;list or call&gt;</c>.
/// </summary>
internal static class ResourceReads
{
    private const string Name = "resources";

    public static ListResourcesResult Arrange(ListResourcesResult result, RequestContext<ListResourcesRequestParams> request)
    {
        var resources = request.Server.ServerOptions.ResourceCollection ?? [];
        result.Resources =
        [
            .. result.Resources
                .Where(resource => resources.TryGetPrimitive(resource.Uri, out var found) && Allowed(request.User, ToolAddress.Of(found), Permissions.List))
                .OrderBy(resource => resource.Uri, StringComparer.Ordinal),
        ];
        return result;
    }

    public static async ValueTask<ReadResourceResult> RunAsync(
        RequestContext<ReadResourceRequestParams> request,
        McpRequestHandler<ReadResourceRequestParams, ReadResourceResult> next,
        CancellationToken cancellationToken)
    {
        if (CallerIdentity.Of(request.User).Call.Target != request.Params.Uri
            || ToolAddress.Of(request.MatchedPrimitive) is not { } address || !Allowed(request.User, address, Permissions.Call))
        {
            throw new McpProtocolException($"Resource '{request.Params.Uri}' is not there, or not for this caller.", McpErrorCode.InvalidParams);
        }

        var outcome = "error";
        try
        {
            var result = await next(request, cancellationToken);
            outcome = "success";
            return result;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            outcome = "cancelled";
            throw;
        }
        finally
        {
            request.Services!.GetRequiredService<ToolMetrics>().ResourceRead(address, outcome);
        }
    }

    private static bool Allowed(ClaimsPrincipal? user, ToolAddress? address, string action) =>
        address is not null
        && Permissions.Allows(CallerIdentity.Of(user).Call.Caller.Permissions, Permissions.ForTool(address.Server, Name, action));
}
