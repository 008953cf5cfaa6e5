using System.ComponentModel;

namespace McpWorker.Media;

/// <summary>A document without its text.</summary>
internal record MediaItem(
    [property: Description("Id for media_get and media_delete.")] Guid Id,
    string Title,
    [property: Description("text/plain, text/markdown, text/html or application/pdf.")] string MediaType,
    IReadOnlyList<string> Tags,
    [property: Description("ISO 639-1 code.")] string Language,
    [property: Description("Who ingested it.")] string OwnerId,
    DateTimeOffset CreatedAt,
    [property: Description("Length of the text in characters.")] int Length);

/// <summary>A document that a search found.</summary>
internal sealed record MediaHit(
    Guid Id,
    string Title,
    string MediaType,
    IReadOnlyList<string> Tags,
    string Language,
    string OwnerId,
    DateTimeOffset CreatedAt,
    int Length,
    [property: Description("Relevance from 0 to 1; comparable within one query only.")] double Score,
    [property: Description("Where the words were found, marked with **.")] string Highlight);

/// <summary>A document with its text.</summary>
internal sealed record MediaText(MediaItem Item, string Content);
