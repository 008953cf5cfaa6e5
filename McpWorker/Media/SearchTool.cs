using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using McpModules;
using McpWorker.Paging;
using ModelContextProtocol.Server;

namespace McpWorker.Media;

[McpServerToolType]
internal static class SearchTool
{
    [McpServerTool(Name = "search", Title = "Search documents", ReadOnly = true, Idempotent = true, OpenWorld = false, UseStructuredContent = true)]
    [Cached(Scope = CacheScope.Everyone)]
    [Description("""
        Finds documents that contain all words of the query, best match first. Understands "quoted phrases", or, and -excluded words;
        word forms are matched (limits finds limited). For passages that answer a question use rag_query.
        """)]
    public static Task<Page<MediaHit>> SearchAsync(
        MediaLibrary library,
        [Description("Words to look for, at most 1000 characters."), StringLength(1000, MinimumLength = 1)] string query,
        [Description("Only documents of this type: text/plain, text/markdown, text/html or application/pdf.")] string? media_type = null,
        [Description("Documents per page, 1 to 50."), Range(1, 50)] int limit = 10,
        [Description("next_cursor of the previous page of the same query.")] string? cursor = null,
        [Description("Only documents with all these labels."), MaxLength(32)] string[]? tags = null,
        [Description("Only documents in this language, as an ISO 639-1 code.")] string? language = null,
        CancellationToken cancellationToken = default) =>
        library.SearchAsync(Limits.Query(query), MediaFilter.Of(media_type, tags, language), limit, Cursor.Parse(cursor), cancellationToken);
}
