using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using McpModules;
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
        [Description("Only documents of this type: text/plain, text/markdown or text/html.")] string? media_type = null,
        [Description("Documents per page, 1 to 50."), Range(1, 50)] int limit = 10,
        [Description("next_cursor of the previous page of the same query.")] string? cursor = null,
        CancellationToken cancellationToken = default) =>
        library.SearchAsync(
            Limits.Query(query),
            media_type is null ? null : MediaTypes.Normalize(media_type),
            Limits.Limit(limit, 50),
            Cursor.Parse(cursor),
            cancellationToken);
}
