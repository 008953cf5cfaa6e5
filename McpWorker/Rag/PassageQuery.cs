namespace McpWorker.Rag;

/// <summary>What is looked for in the library, and in which part of it.</summary>
internal sealed record PassageQuery(string Text, int Limit)
{
    public string[] Tags { get; init; } = [];

    public string? MediaType { get; init; }

    public string? Language { get; init; }

    public DateTimeOffset? Since { get; init; }

    public static PassageQuery Of(string text, int limit) => new(text, limit);
}
