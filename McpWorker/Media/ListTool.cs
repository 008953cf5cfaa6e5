using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using McpModules;
using McpWorker.Paging;
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
        [Description("Only documents of this type: text/plain, text/markdown, text/html or application/pdf.")] string? media_type = null,
        [Description("Documents per page, 1 to 100."), Range(1, 100)] int limit = 20,
        [Description("next_cursor of the previous page.")] string? cursor = null,
        [Description("Only documents with all these labels."), MaxLength(32)] string[]? tags = null,
        [Description("Only documents in this language, as an ISO 639-1 code.")] string? language = null,
        CancellationToken cancellationToken = default) =>
        library.ListAsync(MediaFilter.Of(media_type, tags, language), limit, Cursor.Parse(cursor), cancellationToken);
}
