using ServiceDefaults.Logging.Redaction;

namespace ServiceDefaults.Logging;

/// <summary>Text as a log may have it: without secrets, and not longer than a line bears.</summary>
public static class CleanText
{
    internal const int LongestValue = 8 * 1024;
    internal const int LongestTrace = 32 * 1024;

    /// <summary>A secret that crosses the cut could not be told by its form any more; so this much beyond it is looked at and thrown away.</summary>
    private const int Overlap = 1024;

    /// <param name="longest">Characters kept; what was cut ends in an ellipsis.</param>
    public static string Of(string text, int longest)
    {
        if (text.Length <= longest)
        {
            return SecretText.Redact(text);
        }

        if (text.Length <= longest + Overlap)
        {
            return Cut(SecretText.Redact(text), longest);
        }

        var clean = SecretText.Redact(text[..(longest + Overlap)]);
        return Cut(clean, Math.Max(0, Math.Min(longest, clean.Length - Overlap)));
    }

    private static string Cut(string text, int longest)
    {
        if (text.Length <= longest)
        {
            return text;
        }

        // Not between the two halves of a character.
        var end = longest > 0 && char.IsHighSurrogate(text[longest - 1]) ? longest - 1 : longest;
        return string.Concat(text.AsSpan(0, end), "…");
    }
}
