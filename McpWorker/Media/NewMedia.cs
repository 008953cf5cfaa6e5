using System.Text;
using System.Text.RegularExpressions;
using McpWorker.Media.Reading;
using ModelContextProtocol;

namespace McpWorker.Media;

/// <summary>A text about to enter the library: checked, completed, and cut into passages.</summary>
internal sealed partial record NewMedia(
    string Content, string Title, string MediaType, string[] Tags, string Language, IReadOnlyList<Passage> Passages)
{
    /// <summary>Keeps the search vector below PostgreSQL's 1 MB for any text.</summary>
    public const int MaxContentBytes = 512 * 1024;
    private const int MaxTitle = 200;
    private const int MaxTags = 32;
    private const int MaxTag = 64;

    /// <exception cref="McpException">Something is missing, too long, or of a kind the library does not take; the message says what to do.</exception>
    public static NewMedia From(ReadDocument document, string? title, IReadOnlyList<string>? tags, string? language)
    {
        var text = document.Text;
        if (Encoding.UTF8.GetByteCount(text) is > MaxContentBytes and var bytes)
        {
            throw new McpException($"content has {bytes} bytes of text; one document holds at most {MaxContentBytes}. Split it and ingest the parts.");
        }

        var code = string.IsNullOrWhiteSpace(language) ? LanguageGuess.Of(text) : LanguageOf(language);
        return new NewMedia(text, TitleOf(title, document), document.MediaType, TagsOf(tags), code, Passage.Split(text));
    }

    private static string TitleOf(string? title, ReadDocument document)
    {
        var given = title?.Replace('\0', ' ').Trim();
        if (given is { Length: > MaxTitle })
        {
            throw new McpException($"title has {given.Length} characters; at most {MaxTitle} fit. Shorten it, or leave it out and it is taken from the text.");
        }

        if (given is { Length: > 0 })
        {
            return given;
        }

        var line = document.Title?.Replace('\0', ' ') ?? FirstLine(document.Text);
        return line.Length <= MaxTitle ? line : string.Concat(line.AsSpan(0, MaxTitle - 1), "…");
    }

    /// <summary>The first line that has something other than markup on it.</summary>
    private static string FirstLine(string text)
    {
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            if (line.Trim(" \t#>*-=_`~") is { Length: > 0 } words)
            {
                return words.ToString();
            }
        }

        return "Untitled";
    }

    public static string[] TagsOf(IReadOnlyList<string>? tags)
    {
        var clean = (tags ?? []).Select(tag => tag.Replace('\0', ' ').Trim()).Where(tag => tag.Length > 0).Distinct(StringComparer.Ordinal).ToArray();
        return clean.Length > MaxTags || clean.Any(tag => tag.Length > MaxTag)
            ? throw new McpException($"tags may be at most {MaxTags}, of at most {MaxTag} characters each.")
            : clean;
    }

    /// <exception cref="McpException">It is no code.</exception>
    public static string LanguageOf(string language)
    {
        var match = LanguageTag().Match(language.Trim().ToLowerInvariant());
        return match.Success ? match.Groups["code"].Value
            : throw new McpException($"language '{language}' is not a code such as en, de or fr (ISO 639-1).");
    }

    [GeneratedRegex(@"\A(?<code>[a-z]{2,3})([-_][a-z0-9]{2,8})*\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LanguageTag();
}
