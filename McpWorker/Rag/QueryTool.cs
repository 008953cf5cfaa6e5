using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using McpModules;
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
        score, its document's id and title, and the section it stands in, so that you can cite it; media_get returns the whole document.
        matched_all_words is false when no passage has all words of the question: then judge the passages with care.
        """)]
    public static Task<Answer> QueryAsync(
        PassageIndex index,
        [Description("The question or its key words, at most 1000 characters."), StringLength(1000, MinimumLength = 1)] string query,
        [Description("Passages to return, 1 to 50."), Range(1, 50)] int limit = 5,
        CancellationToken cancellationToken = default) =>
        index.FindAsync(PassageQuery.Of(Limits.Query(query), limit), cancellationToken);
}
