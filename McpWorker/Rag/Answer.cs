using System.ComponentModel;

namespace McpWorker.Rag;

/// <summary>What was found for a question.</summary>
internal sealed record Answer(
    [property: Description("False: no passage has all of the question's words; then judge them with care.")] bool MatchedAllWords,
    IReadOnlyList<FoundPassage> Passages,
    [property: Description("The question as it was understood, when words of it are nowhere in the library and similar ones are; else absent.")] string? UnderstoodAs = null);

/// <summary>One passage and where it stands.</summary>
internal sealed record FoundPassage(
    [property: Description("Relevance from 0 to 1; comparable within one query only.")] double Score,
    [property: Description("Id of the document, for media_get.")] Guid SourceId,
    string Title,
    [property: Description("Headings above the passage, outermost first.")] string Section,
    string Passage,
    [property: Description("The passage's best words, marked with **.")] string Highlight,
    [property: Description("How to cite it: title, section, and the resource it can be read from.")] string Citation);
