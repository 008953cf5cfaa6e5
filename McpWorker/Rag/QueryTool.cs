using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using McpModules;
using McpWorker.Media;
using McpWorker.Paging;
using ModelContextProtocol.Server;

namespace McpWorker.Rag;

[McpServerToolType]
internal static class QueryTool
{
    [McpServerTool(Name = "query", Title = "Find passages that answer a question", ReadOnly = true, Idempotent = true, OpenWorld = false, UseStructuredContent = true)]
    [Cached(Scope = CacheScope.Everyone, DependsOn = ["media"])]
    [Description("""
        Answers a question with passages from the document library, most relevant first. Ask in plain words. Each passage comes with its
        score, its document's id and title, the section it stands in, and a citation; media_get returns the whole document. Misspelt
        words are read as similar ones of the library, which understood_as then tells. matched_all_words is false when no passage has
        all words of the question: then judge the passages with care.
        """)]
    public static Task<Answer> QueryAsync(
        PassageIndex index,
        [Description("The question or its key words, at most 1000 characters."), StringLength(1000, MinimumLength = 1)] string query,
        [Description("Passages to return, 1 to 50."), Range(1, 50)] int limit = 5,
        [Description("Only from documents with all these labels."), MaxLength(32)] string[]? tags = null,
        [Description("Only from documents of this type: text/plain, text/markdown, text/html or application/pdf.")] string? media_type = null,
        [Description("Only from documents in this language, as an ISO 639-1 code.")] string? language = null,
        [Description("Only from documents added at or after this time.")] DateTimeOffset? since = null,
        CancellationToken cancellationToken = default) =>
        index.FindAsync(new PassageQuery(Limits.Query(query), limit, MediaFilter.Of(media_type, tags, language, since)), cancellationToken);
}
