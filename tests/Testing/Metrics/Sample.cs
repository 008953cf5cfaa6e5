namespace Testing;

/// <summary>One line of a scrape.</summary>
/// <param name="Exemplar">What follows <c>#</c>, or empty.</param>
public sealed record Sample(string Name, IReadOnlyDictionary<string, string> Labels, double Value, string Exemplar)
{
    /// <summary>The series it belongs to, with its labels in order.</summary>
    public string Series => $"{Name}{{{string.Join(',', Labels.OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => $"{label.Key}={label.Value}"))}}}";
}
