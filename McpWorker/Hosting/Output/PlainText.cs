using System.Globalization;
using System.Text;

namespace McpWorker.Hosting.Output;

/// <summary>What a program printed, as a log may show it: one line, no terminal commands, nothing that turns or hides characters.</summary>
internal static class PlainText
{
    private const char Escape = '\e';

    /// <param name="longest">Characters kept; what was cut ends in an ellipsis.</param>
    public static string Of(string text, int longest)
    {
        var clean = new StringBuilder(Math.Min(text.Length, longest));
        for (var at = 0; at < text.Length;)
        {
            if (clean.Length >= longest)
            {
                return clean.Append('…').ToString();
            }

            if (text[at] == Escape)
            {
                at = AfterCommand(text, at + 1);
                continue;
            }

            Rune.DecodeFromUtf16(text.AsSpan(at), out var rune, out var length);
            clean.Append(IsPlain(rune) ? rune.ToString() : " ");
            at += length;
        }

        return clean.ToString();
    }

    private static bool IsPlain(Rune rune) => Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse);

    /// <summary>ESC [ 31 m sets a colour: after the bracket come digits and signs, then one letter.</summary>
    private static int AfterCommand(string text, int at)
    {
        if (at >= text.Length || text[at] != '[')
        {
            return at;
        }

        at++;
        while (at < text.Length && text[at] is >= ' ' and <= '?')
        {
            at++;
        }

        return Math.Min(at + 1, text.Length);
    }
}
