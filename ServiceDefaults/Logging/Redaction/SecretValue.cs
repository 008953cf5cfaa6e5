using System.Buffers;

namespace ServiceDefaults.Logging.Redaction;

/// <summary>How far the value behind a secret's name reaches.</summary>
internal static class SecretValue
{
    private const int LongestConnectionPart = 256;

    private static readonly SearchValues<char> Delimiters = SearchValues.Create(" \t\r\n&\"'<\\");

    /// <summary>What to mask: inside the quotes when there are some, which keeps JSON what it is.</summary>
    /// <param name="runsToLineEnd">Values of this name have spaces in them, as cookies do.</param>
    public static (int Start, int End) At(string text, int start, bool runsToLineEnd)
    {
        if (start >= text.Length)
        {
            return (start, start);
        }

        var backslashes = Backslashes(text, start);
        if (start + backslashes < text.Length && text[start + backslashes] is '"' or '\'')
        {
            var inside = start + backslashes + 1;
            return (inside, ClosingQuote(text, inside, backslashes, text[inside - 1]));
        }

        if (text[start] is '{' or '[')
        {
            // Something nested: nobody knows what in it is harmless.
            return (start, LineEnd(text, start));
        }

        return (start, runsToLineEnd ? UnquotedLineEnd(text, start) : UnquotedEnd(text, start));
    }

    private static int Backslashes(string text, int start)
    {
        var end = start;
        while (end < text.Length && text[end] == '\\')
        {
            end++;
        }

        return end - start;
    }

    /// <summary>The quote that is escaped as often as the opening one; JSON within JSON doubles backslashes at each level.</summary>
    private static int ClosingQuote(string text, int start, int level, char quote)
    {
        var escapes = 0;
        for (var index = start; index < text.Length; index++)
        {
            if (text[index] == '\\')
            {
                escapes++;
                continue;
            }

            if (quote == '\'' && level == 0 && index > start && text.AsSpan(index).StartsWith("''", StringComparison.Ordinal))
            {
                // SQL writes a quote within quotes twice.
                index++;
            }
            else if (text[index] == quote && escapes % (2 * (level + 1)) == level)
            {
                return index - level;
            }

            escapes = 0;
        }

        return text.Length;
    }

    private static int LineEnd(string text, int start)
    {
        var length = text.AsSpan(start).IndexOfAny('\r', '\n');
        return length < 0 ? text.Length : start + length;
    }

    private static int UnquotedLineEnd(string text, int start)
    {
        var length = text.AsSpan(start).IndexOfAny(['\r', '\n', '"']);
        return length < 0 ? text.Length : start + length;
    }

    /// <summary>To the next space or delimiter; in a connection string to the semicolon, for passwords have spaces and commas too.</summary>
    private static int UnquotedEnd(string text, int start)
    {
        var part = text.AsSpan(start, Math.Min(text.Length - start, LongestConnectionPart));
        var semicolon = part.IndexOfAny([';', '&', '\r', '\n', '"']);
        if (semicolon >= 0 && part[semicolon] == ';')
        {
            return start + semicolon;
        }

        var end = text.AsSpan(start).IndexOfAny(Delimiters);
        return end < 0 ? text.Length : start + end;
    }
}
