using System.Text;
using System.Text.RegularExpressions;

namespace ServiceDefaults.Settings.Layers;

/// <summary>
/// Reads files of <c>KEY=value</c> lines (S-042): <c>export</c>, single quotes (literal), double quotes (with \n \t \r \" \\ \$),
/// JSON arrays, comments on their own line or behind white space. Nothing is expanded: a <c>$(…)</c> stays text, and
/// production refuses it in a secret (D-03).
/// </summary>
internal static partial class DotenvFile
{
    /// <exception cref="SettingsFileException">Unreadable, or a line that is not <c>KEY=value</c>; names file and line.</exception>
    public static IReadOnlyDictionary<string, RawSetting> Read(string path, SettingsFiles? files = null)
    {
        var values = new Dictionary<string, RawSetting>(StringComparer.Ordinal);
        var lines = (files ?? new SettingsFiles()).Read(path).Split('\n');

        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i].Trim();
            if (line.Length > 0 && line[0] != '#')
            {
                var place = $"{path}:{i + 1}";
                var (key, value) = ParseLine(line, place);
                values[key] = new RawSetting(value, place);
            }
        }

        return values;
    }

    private static (string Key, string Value) ParseLine(string line, string place)
    {
        var match = Assignment().Match(line);
        if (!match.Success)
        {
            throw new SettingsFileException(place, "is not a KEY=value line");
        }

        // Kept with its leading white space: in `KEY= # note` the note is a comment, in `KEY=#note` it is the value.
        var rest = match.Groups["value"].Value;
        var value = rest.TrimStart() switch
        {
            ['\'', ..] quoted => ReadQuoted(quoted, place, escapes: false),
            ['"', ..] quoted => ReadQuoted(quoted, place, escapes: true),
            ['[', ..] array => ReadArray(array, place),
            _ => TrailingComment().Replace(rest, "").Trim(),
        };
        return (match.Groups["key"].Value, value);
    }

    private static string ReadQuoted(string text, string place, bool escapes)
    {
        var value = new StringBuilder();
        for (var i = 1; i < text.Length; i++)
        {
            if (text[i] == text[0])
            {
                RefuseText(text[(i + 1)..], place);
                return value.ToString();
            }

            value.Append(escapes && text[i] == '\\' && i + 1 < text.Length ? Unescape(text[++i]) : text[i].ToString());
        }

        throw new SettingsFileException(place, $"has no closing {text[0]}");
    }

    private static string Unescape(char escaped) => escaped switch
    {
        'n' => "\n",
        't' => "\t",
        'r' => "\r",
        '"' or '\\' or '$' or '`' => escaped.ToString(),
        _ => $"\\{escaped}",
    };

    /// <summary>A JSON array keeps its quotes and may hold # and ] inside them: <c>["a", "b"]  # both</c>.</summary>
    private static string ReadArray(string text, string place)
    {
        var inString = false;
        for (var i = 0; i < text.Length; i++)
        {
            if (inString && text[i] == '\\')
            {
                i++;
            }
            else if (text[i] == '"')
            {
                inString = !inString;
            }
            else if (text[i] == ']' && !inString)
            {
                RefuseText(text[(i + 1)..], place);
                return text[..(i + 1)];
            }
        }

        throw new SettingsFileException(place, "has no closing ]");
    }

    private static void RefuseText(string rest, string place)
    {
        if (rest.TrimStart() is { Length: > 0 } text && text[0] != '#')
        {
            throw new SettingsFileException(place, "has text behind the closing quote or bracket");
        }
    }

    [GeneratedRegex(@"^(export\s+)?(?<key>[A-Za-z_][A-Za-z0-9_]*)\s*=(?<value>.*)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Assignment();

    [GeneratedRegex(@"\s#.*$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex TrailingComment();
}
