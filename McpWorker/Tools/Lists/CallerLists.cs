using McpWorker.InternalAccess;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace McpWorker.Tools.Lists;

/// <summary>A caller's view of each list: what it may see, in an order that never changes by itself, in pages.</summary>
internal sealed class CallerLists(RememberedLists remembered, MovingResources moving)
{
    /// <summary>Many clients do not ask for a second page; few have more tools than this.</summary>
    private const int PageSize = 1000;

    public async ValueTask<ListToolsResult> ToolsAsync(
        RequestContext<ListToolsRequestParams> request, McpRequestHandler<ListToolsRequestParams, ListToolsResult> next, CancellationToken cancellationToken)
    {
        var key = ListKey.Of(request);
        var page = LivePage.Of(request.Server).Now;
        var after = ListCursor.Read(request.Params?.Cursor);

        // The SDK writes tools as the caller's protocol version wants them, but all or none.
        request.Params = new ListToolsRequestParams();
        var result = await next(request, cancellationToken);
        var seen = Cut(result.Tools.Where(tool => page.Tools.Find(tool.Name) is { } found && MaySee(request, found)), tool => tool.Name, after);
        result.Tools = seen.Items;
        result.NextCursor = seen.NextCursor;
        CacheHints.Set(result, request.Server);
        remembered.Remember(key, "tools", result.Tools, result.NextCursor);
        return result;
    }

    public ListPromptsResult Prompts(RequestContext<ListPromptsRequestParams> request)
    {
        var key = ListKey.Of(request);
        var after = ListCursor.Read(request.Params?.Cursor);
        var seen = Cut(LivePage.Of(request.Server).Now.Prompts.Items.Where(prompt => MaySee(request, prompt)), prompt => prompt.ProtocolPrompt.Name, after);
        var result = new ListPromptsResult { Prompts = [.. seen.Items.Select(prompt => prompt.ProtocolPrompt)], NextCursor = seen.NextCursor };
        CacheHints.Set(result, request.Server);
        remembered.Remember(key, "prompts", result.Prompts, result.NextCursor);
        return result;
    }

    public async ValueTask<ListResourcesResult> ResourcesAsync(RequestContext<ListResourcesRequestParams> request, CancellationToken cancellationToken)
    {
        var key = ListKey.Of(request);
        var after = ListCursor.Read(request.Params?.Cursor);
        var page = LivePage.Of(request.Server).Now;
        var fixedOnes = page.Resources.Items.Where(resource => resource.ProtocolResource is not null && MaySee(request, resource)).Select(resource => resource.ProtocolResource!);
        var more = await moving.ListAsync(page, CallerIdentity.Of(request.User).Call.Caller.Permissions, cancellationToken);
        var seen = Cut(more.Concat(fixedOnes).DistinctBy(resource => resource.Uri, StringComparer.Ordinal), resource => resource.Uri, after);
        var result = new ListResourcesResult { Resources = seen.Items, NextCursor = seen.NextCursor };
        CacheHints.Set(result, request.Server);
        if (page.MoreResources.Count == 0)
        {
            remembered.Remember(key, "resources", result.Resources, result.NextCursor);
        }

        return result;
    }

    public ListResourceTemplatesResult Templates(RequestContext<ListResourceTemplatesRequestParams> request)
    {
        var key = ListKey.Of(request);
        var after = ListCursor.Read(request.Params?.Cursor);
        var templates = LivePage.Of(request.Server).Now.Resources.Items.Where(resource => resource.IsTemplated && MaySee(request, resource));
        var seen = Cut(templates, template => template.ProtocolResourceTemplate.UriTemplate, after);
        var result = new ListResourceTemplatesResult
        {
            ResourceTemplates = [.. seen.Items.Select(template => template.ProtocolResourceTemplate)],
            NextCursor = seen.NextCursor,
        };
        CacheHints.Set(result, request.Server);
        remembered.Remember(key, "resourceTemplates", result.ResourceTemplates, result.NextCursor);
        return result;
    }

    private static bool MaySee(MessageContext request, IMcpServerPrimitive item) => Visibility.Of(CallerIdentity.Of(request.User).Call.Caller.Permissions, item);

    private static (List<T> Items, string? NextCursor) Cut<T>(IEnumerable<T> all, Func<T, string> name, string? after)
    {
        var items = all
            .Where(item => string.CompareOrdinal(name(item), after) > 0)
            .OrderBy(name, StringComparer.Ordinal)
            .Take(PageSize + 1)
            .ToList();
        if (items.Count <= PageSize)
        {
            return (items, null);
        }

        items.RemoveAt(PageSize);
        return (items, ListCursor.After(name(items[^1])));
    }
}
