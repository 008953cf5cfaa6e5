using McpWorker.InternalAccess;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using ServiceDefaults;

namespace McpWorker.Tools;

/// <summary>Every resource read passes here: permission, count, and an error that tells a missing resource from nothing else.</summary>
internal static class ResourceReads
{
    public static async ValueTask<ReadResourceResult> RunAsync(
        RequestContext<ReadResourceRequestParams> request,
        McpRequestHandler<ReadResourceRequestParams, ReadResourceResult> next,
        CancellationToken cancellationToken)
    {
        var call = CallerIdentity.Of(request.User).Call;
        var resource = LivePage.Of(request.Server).Now.FindResource(request.Params.Uri);
        if (call.Target != request.Params.Uri || !Visibility.MayUse(call.Caller.Permissions, resource))
        {
            throw NotThere(request.Params.Uri, request.Server);
        }

        request.MatchedPrimitive = resource;
        var address = ToolAddress.Of(resource)!;
        var outcome = "error";
        try
        {
            using var running = request.Services!.GetRequiredService<RunningCalls>().Begin(address);
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

    /// <summary>One answer for what is not there and what is not for this caller.</summary>
    public static McpProtocolException NotThere(string uri, McpServer server)
    {
        // A missing resource has a code of its own in older versions only.
        var code = McpVersions.IsModern(server.NegotiatedProtocolVersion) ? McpErrorCode.InvalidParams : McpErrorCode.ResourceNotFound;
        return new McpProtocolException($"Resource '{uri}' is not there, or not for this caller.", code) { Data = { ["uri"] = uri } };
    }
}
