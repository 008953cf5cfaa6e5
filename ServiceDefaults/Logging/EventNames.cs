using System.Collections.Concurrent;
using System.Text;

namespace ServiceDefaults.Logging;

/// <summary>Names of events in snake_case, for lines whose code gave none too: <c>Now listening on: {address}</c> is <c>now_listening_on</c>.</summary>
internal static class EventNames
{
    /// <summary>A line without name and template says only that something was said.</summary>
    public const string Unnamed = "message";

    private const int Longest = 64;
    private const int MostNames = 4_000;

    private static readonly ConcurrentDictionary<string, string> Known = new(StringComparer.Ordinal);

    public static string OfName(string name) => Of(name, static name => Slug(SnakeCase.Of(name)));

    public static string OfTemplate(string template) => Of(template, static template => Slug(WithoutHoles(template).ToLowerInvariant()));

    private static string Of(string text, Func<string, string> convert)
    {
        if (Known.TryGetValue(text, out var known))
        {
            return known;
        }

        var name = convert(text);
        if (Known.Count < MostNames)
        {
            Known.TryAdd(text, name);
        }

        return name;
    }

    private static string WithoutHoles(string template)
    {
        var words = new StringBuilder(template.Length);
        var depth = 0;
        foreach (var character in template)
        {
            depth += character == '{' ? 1 : character == '}' && depth > 0 ? -1 : 0;
            words.Append(depth == 0 && character is not '}' ? character : ' ');
        }

        return words.ToString();
    }

    /// <summary>Letters and digits, everything between them one underscore; cut after a whole word.</summary>
    private static string Slug(string text)
    {
        var slug = new StringBuilder(Longest);
        foreach (var word in Words(text))
        {
            if (slug.Length > 0 && slug.Length + 1 + word.Length > Longest)
            {
                break;
            }

            slug.Append(slug.Length == 0 ? "" : "_").Append(word.AsSpan(0, Math.Min(word.Length, Longest)));
        }

        return slug.Length == 0 ? Unnamed : slug.ToString();
    }

    /// <summary>An apostrophe belongs to its word: <c>couldn't</c> is <c>couldnt</c>.</summary>
    private static IEnumerable<string> Words(string text)
    {
        var word = new StringBuilder();
        foreach (var character in text)
        {
            if (char.IsAsciiLetterOrDigit(character))
            {
                word.Append(character);
            }
            else if (character != '\'' && word.Length > 0)
            {
                yield return word.ToString();
                word.Clear();
            }
        }

        if (word.Length > 0)
        {
            yield return word.ToString();
        }
    }
}
