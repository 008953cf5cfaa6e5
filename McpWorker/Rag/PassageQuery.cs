using McpWorker.Media;

namespace McpWorker.Rag;

/// <summary>What is looked for, and in which part of the library.</summary>
internal sealed record PassageQuery(string Text, int Limit, MediaFilter Filter)
{
    public static PassageQuery Of(string text, int limit) => new(text, limit, MediaFilter.Of(null, null, null));
}
