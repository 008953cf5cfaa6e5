namespace McpWorker.Rag;

/// <summary>A passage as Dapper reads it from whichever query found it.</summary>
internal sealed class PassageRow
{
    public double Score { get; set; }

    public Guid SourceId { get; set; }

    public int Position { get; set; }

    public string Title { get; set; } = "";

    public string Section { get; set; } = "";

    public string Passage { get; set; } = "";

    public string Highlight { get; set; } = "";

    public bool HasAllWords { get; set; }

    public FoundPassage ToPassage() => new(Math.Round(Score, 4), SourceId, Title, Section, Passage, Highlight, Citation());

    /// <summary>The section often begins with the title, which is not said twice.</summary>
    private string Citation()
    {
        var place = Section.Length == 0 || Section == Title ? Title
            : Section.StartsWith($"{Title} > ", StringComparison.Ordinal) ? Section : $"{Title} > {Section}";
        return $"{place} (media://{SourceId})";
    }
}
