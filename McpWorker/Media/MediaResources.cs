using System.ComponentModel;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace McpWorker.Media;

/// <summary>The library's documents as resources (S-152): any by its id, the newest in the list.</summary>
[McpServerResourceType]
internal static class MediaResources
{
    private const string Scheme = "media://";
    private const int Listed = 100;
    private const int Suggested = 100;

    public static string UriOf(Guid id) => Scheme + id;

    [McpServerResource(UriTemplate = Scheme + "{id}", Name = "document", Title = "A document of the library")]
    [Description("One document's whole text, by the id that media_list, media_search and rag_query return.")]
    public static async Task<TextResourceContents> ReadAsync(MediaLibrary library, string id, CancellationToken cancellationToken)
    {
        var found = await library.FindAsync(GetTool.ParseId(id), cancellationToken) ?? throw GetTool.Missing(id);
        return new TextResourceContents { Uri = UriOf(found.Item.Id), MimeType = TypeOf(found.Item), Text = found.Content };
    }

    public static async Task<IReadOnlyList<Resource>> NewestAsync(MediaLibrary library, CancellationToken cancellationToken)
    {
        var newest = await library.ListAsync(MediaFilter.Of(null, null, null), Listed, after: null, cancellationToken);
        return [.. newest.Items.Select(item => new Resource
        {
            Uri = UriOf(item.Id),
            Name = item.Id.ToString(),
            Title = item.Title,
            MimeType = TypeOf(item),
            Annotations = new Annotations { LastModified = item.CreatedAt },
        })];
    }

    public static async Task<Completion?> SuggestAsync(MediaLibrary library, CompleteRequestParams request, CancellationToken cancellationToken)
    {
        if (request.Ref is not ResourceTemplateReference { Uri: Scheme + "{id}" } || request.Argument.Name != "id")
        {
            return null;
        }

        var ids = await library.FindIdsAsync(request.Argument.Value, Suggested + 1, cancellationToken);
        return new Completion { Values = [.. ids.Take(Suggested).Select(id => id.ToString())], HasMore = ids.Count > Suggested };
    }

    /// <summary>HTML and PDF are kept as their text, with Markdown's headings.</summary>
    private static string TypeOf(MediaItem item) => item.MediaType == MediaTypes.Plain ? MediaTypes.Plain : MediaTypes.Markdown;
}
