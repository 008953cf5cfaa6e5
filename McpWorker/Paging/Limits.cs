using ModelContextProtocol;

namespace McpWorker.Paging;

/// <summary>Bounds of what callers may ask for.</summary>
internal static class Limits
{
    private const int MaxQuery = 1_000;

    /// <exception cref="McpException">Empty or too long.</exception>
    public static string Query(string query) => query?.Replace('\0', ' ').Trim() switch
    {
        null or "" => throw new McpException("query is empty. Pass the words to look for."),
        { Length: > MaxQuery and var length } => throw new McpException($"query has {length} characters; at most {MaxQuery} fit. Pass the words that matter."),
        var words => words,
    };
}
