using ModelContextProtocol;

namespace McpWorker.Media;

/// <summary>Kinds of text the library reads.</summary>
internal static class MediaTypes
{
    public const string Plain = "text/plain";
    public const string Markdown = "text/markdown";
    public const string Html = "text/html";

    /// <summary>The named type, or what the text looks like when none is named.</summary>
    public static string Resolve(string? named, string content) => string.IsNullOrWhiteSpace(named) ? Guess(content) : Normalize(named);

    /// <exception cref="McpException">The library does not read this type.</exception>
    public static string Normalize(string named)
    {
        var essence = named.Split(';')[0].Trim().ToLowerInvariant();
        return essence switch
        {
            Plain or "text" or "plain" => Plain,
            Markdown or "text/x-markdown" or "markdown" or "md" => Markdown,
            Html or "application/xhtml+xml" or "html" => Html,
            _ => throw new McpException($"media_type '{named}' is not supported. Use {Plain}, {Markdown} or {Html}; convert other files to one of them first."),
        };
    }

    private static string Guess(string content)
    {
        var start = content.AsSpan().TrimStart();
        if (start.StartsWith("<!doctype html", StringComparison.OrdinalIgnoreCase) || start.StartsWith("<html", StringComparison.OrdinalIgnoreCase))
        {
            return Html;
        }

        foreach (var line in content.AsSpan().EnumerateLines())
        {
            if (line.StartsWith("# ") || line.StartsWith("## ") || line.StartsWith("```"))
            {
                return Markdown;
            }
        }

        return Plain;
    }
}
