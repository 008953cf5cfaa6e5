using System.Net;

namespace McpWorker.Media.Reading;

/// <summary>What pdftotext says of a PDF: <c>&lt;title&gt;</c> of its Info dictionary, and its text between <c>&lt;pre&gt;</c> and <c>&lt;/pre&gt;</c>.</summary>
/// <param name="Title">Null: the PDF names none.</param>
internal sealed record PdfText(string? Title, string Text)
{
    public static PdfText Parse(string html)
    {
        var title = Between(html, "<title>", html.IndexOf("</title>", StringComparison.Ordinal));
        var text = Between(html, "<pre>", html.LastIndexOf("</pre>", StringComparison.Ordinal)) ?? "";

        // A form feed ends a page: the next one begins a paragraph.
        var pages = text.Replace('\0', ' ').Split('\f', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return new PdfText(string.IsNullOrWhiteSpace(title) ? null : title.Trim(), string.Join("\n\n", pages));
    }

    private static string? Between(string html, string start, int to)
    {
        var from = html.IndexOf(start, StringComparison.Ordinal);
        return from < 0 || to < from + start.Length ? null : WebUtility.HtmlDecode(html[(from + start.Length)..to]);
    }
}
