using System.ComponentModel;
using McpModules;
using ModelContextProtocol;
using ModelContextProtocol.Server;

namespace McpWorker.Media;

[McpServerToolType]
internal static class GetTool
{
    [McpServerTool(Name = "get", Title = "Read a document", ReadOnly = true, Idempotent = true, OpenWorld = false, UseStructuredContent = true)]
    [Cached(Scope = CacheScope.Everyone)]
    [Description("Returns one document of the library with its whole text. Use media_search or media_list to find its id.")]
    public static async Task<MediaText> GetAsync(
        MediaLibrary library,
        [Description("Id as media_ingest, media_list, media_search and rag_query return it.")] string id,
        CancellationToken cancellationToken) =>
        await library.FindAsync(ParseId(id), cancellationToken) ?? throw Missing(id);

    /// <exception cref="McpException">Not an id.</exception>
    public static Guid ParseId(string id) =>
        Guid.TryParse(id, out var parsed) ? parsed : throw new McpException($"'{id}' is not a document id. Ids look like 0198c5f2-5d2a-7c3e-9b1a-2f6d1c0e4a77; media_list shows them.");

    public static McpException Missing(string id) => new($"There is no document {id}. It may have been deleted; media_list shows what is there.");
}
