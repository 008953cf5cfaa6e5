using System.ComponentModel;

namespace McpWorker.Rag;

/// <summary>What was found for a question.</summary>
internal sealed record Answer(
    [property: Description("False: no passage has all of the question's words; then judge them with care.")] bool MatchedAllWords,
    IReadOnlyList<FoundPassage> Passages);

/// <summary>One passage and where it stands.</summary>
internal sealed record FoundPassage(
    [property: Description("Relevance from 0 to 1; comparable within one query only.")] double Score,
    [property: Description("Id of the document, for media_get.")] Guid SourceId,
    string Title,
    [property: Description("Headings above the passage, outermost first.")] string Section,
    string Passage,
    [property: Description("The passage's best words, marked with **.")] string Highlight);
