using ModelContextProtocol;

namespace McpWorker.Media;

/// <summary>Kinds of documents the library reads.</summary>
internal static class MediaTypes
{
    public const string Plain = "text/plain";
    public const string Markdown = "text/markdown";
    public const string Html = "text/html";
    public const string Pdf = "application/pdf";

    /// <exception cref="McpException">The library does not read this type.</exception>
    public static string Normalize(string named)
    {
        var essence = named.Split(';')[0].Trim().ToLowerInvariant();
        return essence switch
        {
            Plain or "text" or "plain" => Plain,
            Markdown or "text/x-markdown" or "markdown" or "md" => Markdown,
            Html or "application/xhtml+xml" or "html" => Html,
            Pdf or "pdf" => Pdf,
            _ => throw new McpException($"media_type '{named}' is not supported. Use {Plain}, {Markdown}, {Html} or {Pdf}; convert other files to one of them first."),
        };
    }

    /// <summary>What a text looks like.</summary>
    public static string Guess(string content)
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
