using McpWorker.InternalAccess;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace McpWorker.Tools;

/// <summary>Every prompt passes here: the signed call is for this prompt, and its caller may have it.</summary>
internal static class PromptCalls
{
    public static ValueTask<GetPromptResult> RunAsync(
        RequestContext<GetPromptRequestParams> request, McpRequestHandler<GetPromptRequestParams, GetPromptResult> next, CancellationToken cancellationToken)
    {
        var call = CallerIdentity.Of(request.User).Call;
        return call.Target == request.Params.Name && Visibility.MayUse(call.Caller.Permissions, request.MatchedPrimitive)
            ? next(request, cancellationToken)
            : throw new McpProtocolException($"Prompt '{request.Params.Name}' is not there, or not for this caller.", McpErrorCode.InvalidParams);
    }
}
