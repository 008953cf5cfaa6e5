using McpWorker.InternalAccess;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace McpWorker.Tools;

/// <summary>Suggestions for arguments of prompts and templates, by the server that offers them and to who may use them.</summary>
internal static class Completions
{
    private const int MaxValues = 100;

    /// <summary>Lets the SDK complete what declares its values, and the owner everything else.</summary>
    public static async ValueTask<CompleteResult> RunAsync(
        RequestContext<CompleteRequestParams> request, McpRequestHandler<CompleteRequestParams, CompleteResult> next, CancellationToken cancellationToken)
    {
        if (!Visibility.MayUse(CallerIdentity.Of(request.User).Call.Caller.Permissions, Find(request)))
        {
            throw new McpProtocolException("What is to be completed is not there, or not for this caller.", McpErrorCode.InvalidParams);
        }

        var result = await next(request, cancellationToken);
        if (result.Completion.Values.Count > MaxValues)
        {
            result.Completion.Total ??= result.Completion.Values.Count;
            result.Completion.Values = [.. result.Completion.Values.Take(MaxValues)];
            result.Completion.HasMore = true;
        }

        return result;
    }

    /// <summary>Asks the owner, by its own name of the thing.</summary>
    public static ValueTask<CompleteResult> AskOwnerAsync(RequestContext<CompleteRequestParams> request, CancellationToken cancellationToken)
    {
        if (ToolAddress.Of(Find(request)) is not { } address || LivePage.Of(request.Server).Now.CompleterOf(address.Server) is not { } complete)
        {
            return ValueTask.FromResult(new CompleteResult());
        }

        if (request.Params.Ref is not PromptReference)
        {
            return complete(request, cancellationToken);
        }

        var own = new CompleteRequestParams
        {
            Ref = new PromptReference { Name = address.Name },
            Argument = request.Params.Argument,
            Context = request.Params.Context,
            Meta = request.Params.Meta,
        };
        return complete(new RequestContext<CompleteRequestParams>(request.Server, request.JsonRpcRequest, own) { Services = request.Services }, cancellationToken);
    }

    private static IMcpServerPrimitive? Find(RequestContext<CompleteRequestParams> request)
    {
        var page = LivePage.Of(request.Server).Now;
        return request.Params.Ref switch
        {
            PromptReference prompt => page.Prompts.Find(prompt.Name),
            ResourceTemplateReference { Uri: { } uri } => page.Resources.Find(uri),
            _ => null,
        };
    }
}
