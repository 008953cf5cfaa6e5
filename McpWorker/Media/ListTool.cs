using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using McpModules;
using ModelContextProtocol.Server;

namespace McpWorker.Media;

[McpServerToolType]
internal static class ListTool
{
    [McpServerTool(Name = "list", Title = "List documents", ReadOnly = true, Idempotent = true, OpenWorld = false, UseStructuredContent = true)]
    [Cached(Scope = CacheScope.Everyone)]
    [Description("Lists the documents of the library, newest first, without their text. To find documents by content use media_search.")]
    public static Task<Page<MediaItem>> ListAsync(
        MediaLibrary library,
        [Description("Only documents of this type: text/plain, text/markdown or text/html.")] string? media_type = null,
        [Description("Documents per page, 1 to 100."), Range(1, 100)] int limit = 20,
        [Description("next_cursor of the previous page.")] string? cursor = null,
        CancellationToken cancellationToken = default) =>
        library.ListAsync(
            media_type is null ? null : MediaTypes.Normalize(media_type), Limits.Limit(limit, 100), Cursor.Parse(cursor), cancellationToken);
}
