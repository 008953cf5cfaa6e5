using McpWorker.InternalAccess;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace McpWorker.Tools.Lists;

/// <summary>A caller's view of each list: what it may see, in an order that never changes by itself, in pages.</summary>
internal sealed class CallerLists(RememberedLists remembered)
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
        var seen = Seen(result.Tools, tool => page.Tools.Find(tool.Name), tool => tool.Name, request, after);
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
        var seen = Seen(LivePage.Of(request.Server).Now.Prompts.Items, prompt => prompt, prompt => prompt.ProtocolPrompt.Name, request, after);
        var result = new ListPromptsResult { Prompts = [.. seen.Items.Select(prompt => prompt.ProtocolPrompt)], NextCursor = seen.NextCursor };
        CacheHints.Set(result, request.Server);
        remembered.Remember(key, "prompts", result.Prompts, result.NextCursor);
        return result;
    }

    public ListResourcesResult Resources(RequestContext<ListResourcesRequestParams> request)
    {
        var key = ListKey.Of(request);
        var after = ListCursor.Read(request.Params?.Cursor);
        var resources = LivePage.Of(request.Server).Now.Resources.Items.Where(resource => resource.ProtocolResource is not null);
        var seen = Seen(resources, resource => resource, resource => resource.ProtocolResource!.Uri, request, after);
        var result = new ListResourcesResult { Resources = [.. seen.Items.Select(resource => resource.ProtocolResource!)], NextCursor = seen.NextCursor };
        CacheHints.Set(result, request.Server);
        remembered.Remember(key, "resources", result.Resources, result.NextCursor);
        return result;
    }

    public ListResourceTemplatesResult Templates(RequestContext<ListResourceTemplatesRequestParams> request)
    {
        var key = ListKey.Of(request);
        var after = ListCursor.Read(request.Params?.Cursor);
        var templates = LivePage.Of(request.Server).Now.Resources.Items.Where(resource => resource.IsTemplated);
        var seen = Seen(templates, template => template, template => template.ProtocolResourceTemplate.UriTemplate, request, after);
        var result = new ListResourceTemplatesResult
        {
            ResourceTemplates = [.. seen.Items.Select(template => template.ProtocolResourceTemplate)],
            NextCursor = seen.NextCursor,
        };
        CacheHints.Set(result, request.Server);
        remembered.Remember(key, "resourceTemplates", result.ResourceTemplates, result.NextCursor);
        return result;
    }

    private static (List<T> Items, string? NextCursor) Seen<T>(
        IEnumerable<T> all, Func<T, IMcpServerPrimitive?> origin, Func<T, string> name, MessageContext request, string? after)
    {
        var granted = CallerIdentity.Of(request.User).Call.Caller.Permissions;
        var items = all
            .Where(item => string.CompareOrdinal(name(item), after) > 0 && origin(item) is { } found && Visibility.Of(granted, found))
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
