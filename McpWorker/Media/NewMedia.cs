using System.Text;
using System.Text.RegularExpressions;
using ModelContextProtocol;

namespace McpWorker.Media;

/// <summary>A text about to enter the library: checked, completed, and cut into passages.</summary>
internal sealed partial record NewMedia(
    string Content, string Title, string MediaType, string[] Tags, string Language, IReadOnlyList<Passage> Passages)
{
    /// <summary>Keeps the search vector below PostgreSQL's 1 MB for any text.</summary>
    private const int MaxContentBytes = 512 * 1024;
    private const int MaxTitle = 200;
    private const int MaxTags = 32;
    private const int MaxTag = 64;
    private const string DefaultLanguage = "en";

    /// <exception cref="McpException">Something is missing, too long, or of a kind the library does not take; the message says what to do.</exception>
    public static NewMedia From(string content, string? title, string? mediaType, IReadOnlyList<string>? tags, string? language)
    {
        if (string.IsNullOrWhiteSpace(content))
        {
            throw new McpException("content is empty. Pass the text itself.");
        }

        if (Encoding.UTF8.GetByteCount(content) is > MaxContentBytes and var bytes)
        {
            throw new McpException($"content has {bytes} bytes; one document holds at most {MaxContentBytes}. Split it and ingest the parts.");
        }

        if (content.Contains('\0', StringComparison.Ordinal))
        {
            throw new McpException("content holds NUL characters, so it is not a text. Convert it to text first.");
        }

        var type = MediaTypes.Resolve(mediaType, content);
        var text = type == MediaTypes.Html ? HtmlText.Extract(content) : content;
        if (string.IsNullOrWhiteSpace(text))
        {
            throw new McpException("content is HTML without any text. Pass a page that has some.");
        }

        var passages = Passage.Split(text);
        return new NewMedia(text, TitleOf(title, text), type, TagsOf(tags), LanguageOf(language), passages);
    }

    private static string TitleOf(string? title, string text)
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

        var line = FirstLine(text);
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

    private static string[] TagsOf(IReadOnlyList<string>? tags)
    {
        var clean = (tags ?? []).Select(tag => tag.Replace('\0', ' ').Trim()).Where(tag => tag.Length > 0).Distinct(StringComparer.Ordinal).ToArray();
        return clean.Length > MaxTags || clean.Any(tag => tag.Length > MaxTag)
            ? throw new McpException($"tags may be at most {MaxTags}, of at most {MaxTag} characters each.")
            : clean;
    }

    private static string LanguageOf(string? language)
    {
        if (string.IsNullOrWhiteSpace(language))
        {
            return DefaultLanguage;
        }

        var match = LanguageTag().Match(language.Trim().ToLowerInvariant());
        return match.Success ? match.Groups["code"].Value
            : throw new McpException($"language '{language}' is not a code such as en, de or fr (ISO 639-1).");
    }

    [GeneratedRegex(@"\A(?<code>[a-z]{2,3})([-_][a-z0-9]{2,8})*\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LanguageTag();
}
