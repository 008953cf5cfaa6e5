using McpWorker.Tools.Lists;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace McpWorker.Tools;

/// <summary>Where each kind of request leaves the SDK's way for ours.</summary>
internal static class CatalogFilters
{
    public static void AddCatalogMessageFilters(this IMcpMessageFilterBuilder filters)
    {
        filters.AddIncomingFilter(next => (context, cancellationToken) =>
            context.Services!.GetRequiredService<RememberedLists>().AnswerAsync(context, next, cancellationToken));
        filters.AddOutgoingFilter(next => (context, cancellationToken) => CacheHints.OnOutgoing(context, next, cancellationToken));
    }

    public static void AddCatalogFilters(this IMcpRequestFilterBuilder filters)
    {
        filters.AddListToolsFilter(next => (request, cancellationToken) => Lists(request).ToolsAsync(request, next, cancellationToken));
        filters.AddListPromptsFilter(_ => (request, _) => ValueTask.FromResult(Lists(request).Prompts(request)));
        filters.AddListResourcesFilter(_ => (request, cancellationToken) => Lists(request).ResourcesAsync(request, cancellationToken));
        filters.AddListResourceTemplatesFilter(_ => (request, _) => ValueTask.FromResult(Lists(request).Templates(request)));

        filters.AddCallToolFilter(next => async (request, cancellationToken) =>
        {
            using var running = Begin(request);
            return await next(request, cancellationToken);
        });
        filters.AddCallToolFilter(next => (request, cancellationToken) =>
            request.Services!.GetRequiredService<ToolCalls>().RunAsync(request, next, cancellationToken));
        filters.AddGetPromptFilter(next => (request, cancellationToken) =>
            ReadFailures.Of(request).RunAsync(request, request.Params.Name, next, cancellationToken));
        filters.AddGetPromptFilter(next => async (request, cancellationToken) =>
        {
            using var running = Begin(request);
            return await PromptCalls.RunAsync(request, next, cancellationToken);
        });
        filters.AddReadResourceFilter(next => (request, cancellationToken) =>
            ReadFailures.Of(request).RunAsync(request, request.Params.Uri, next, cancellationToken));
        filters.AddReadResourceFilter(next => (request, cancellationToken) => ResourceReads.RunAsync(request, next, cancellationToken));
        filters.AddCompleteFilter(next => (request, cancellationToken) =>
            ReadFailures.Of(request).RunAsync(request, RequestMethods.CompletionComplete, next, cancellationToken));
        filters.AddCompleteFilter(next => (request, cancellationToken) => Completions.RunAsync(request, next, cancellationToken));
    }

    private static CallerLists Lists<T>(RequestContext<T> request) => request.Services!.GetRequiredService<CallerLists>();

    private static IDisposable? Begin<T>(RequestContext<T> request) =>
        request.Services!.GetRequiredService<RunningCalls>().Begin(ToolAddress.Of(request.MatchedPrimitive));
}
