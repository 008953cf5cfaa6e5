using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Aspire.Hosting.Orchestration;

/// <summary>Makes text of others safe to print on a terminal.</summary>
internal static class TerminalText
{
    /// <summary>Longest line shown, in characters.</summary>
    public const int MaxLength = 400;

    /// <summary>
    /// One printable line: escape sequences are dropped, other control, format (bidirectional) and line separator
    /// characters become <c>?</c>, tabs a space.
    /// </summary>
    public static string Sanitise(string text)
    {
        var safe = new StringBuilder(Math.Min(text.Length, MaxLength + 1));

        for (var index = 0; index < text.Length && safe.Length < MaxLength; index++)
        {
            var character = text[index];

            if (character is '\e' or '\u009b')
            {
                index = EndOfSequence(text, index);
            }
            else if (character == '\t')
            {
                safe.Append(' ');
            }
            else
            {
                safe.Append(IsPrintable(character) ? character : '?');
            }
        }

        return safe.Length < MaxLength ? safe.ToString() : safe.Append('…').ToString();
    }

    /// <summary>A line of output as a person reads it: of a JSON log line its level, its message and, when it has one, its cure.</summary>
    public static string ForPeople(string line)
    {
        try
        {
            if (line.StartsWith('{') && JsonDocument.Parse(line) is { RootElement: var entry } && TextOf(entry, "message") is { } message)
            {
                return Sanitise(string.Join(" | ", new[] { $"{TextOf(entry, "level")}: {message}", TextOf(entry, "cure") }.OfType<string>()));
            }
        }
        catch (JsonException)
        {
            // Text that begins like JSON.
        }

        return Sanitise(line);
    }

    private static string? TextOf(JsonElement entry, string name) =>
        entry.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static bool IsPrintable(char character) => char.GetUnicodeCategory(character) is not
        (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);

    /// <summary>Index of the last character of the escape sequence that starts at <paramref name="start"/>.</summary>
    private static int EndOfSequence(string text, int start)
    {
        var kind = text[start] == '\u009b' ? '[' : start + 1 < text.Length ? text[start + 1] : ' ';
        var index = text[start] == '\u009b' ? start + 1 : start + 2;

        switch (kind)
        {
            case '[': // CSI: parameters, then one final character
                while (index < text.Length && text[index] is >= ' ' and < '@')
                {
                    index++;
                }

                return index;
            case ']' or 'P' or '_' or '^' or 'X': // strings, up to BEL or ESC \
                while (index < text.Length && text[index] is not ('\a' or '\u009c'))
                {
                    if (text[index] == '\e')
                    {
                        return index + 1;
                    }

                    index++;
                }

                return index;
            default:
                return start + 1;
        }
    }
}
