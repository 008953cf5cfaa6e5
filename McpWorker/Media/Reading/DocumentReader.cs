using System.Text;
using ModelContextProtocol;

namespace McpWorker.Media.Reading;

/// <summary>Makes text of what a caller passed, whichever of the library's formats it has.</summary>
internal sealed class DocumentReader(PdfReader pdfs)
{
    public const string PlainText = "text";
    public const string Base64 = "base64";

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <exception cref="McpException">It is of a kind the library does not take, or cannot be read; the message says what to do.</exception>
    public async Task<ReadDocument> ReadAsync(string content, string encoding, string? mediaType, CancellationToken cancellationToken)
    {
        var named = string.IsNullOrWhiteSpace(mediaType) ? null : MediaTypes.Normalize(mediaType);
        if (string.IsNullOrWhiteSpace(content))
        {
            throw new McpException("content is empty. Pass the text itself.");
        }

        if (encoding == Base64)
        {
            var bytes = Decode(content);
            return (named ?? (bytes.AsSpan().StartsWith("%PDF-"u8) ? MediaTypes.Pdf : null)) == MediaTypes.Pdf
                ? await ReadPdfAsync(bytes, cancellationToken)
                : Read(ToText(bytes), named);
        }

        return named != MediaTypes.Pdf ? Read(content, named)
            : throw new McpException("A PDF is no text. Pass its bytes as base64 in content, and encoding base64.");
    }

    private async Task<ReadDocument> ReadPdfAsync(byte[] pdf, CancellationToken cancellationToken)
    {
        if (pdf.Length > PdfReader.MaxBytes)
        {
            throw new McpException($"The PDF has {pdf.Length} bytes; at most {PdfReader.MaxBytes} fit. Split it and ingest the parts.");
        }

        var read = await pdfs.ReadAsync(pdf, cancellationToken);
        return read.Text.Length > 0 ? new ReadDocument(read.Text, MediaTypes.Pdf, read.Title)
            : throw new McpException("The PDF holds no text, only images perhaps. Recognise its text (OCR) and ingest the result.");
    }

    private static ReadDocument Read(string content, string? named)
    {
        if (content.Contains('\0', StringComparison.Ordinal))
        {
            throw new McpException("content holds NUL characters, so it is not a text. Convert it to text first, or pass a PDF as base64.");
        }

        var type = named ?? MediaTypes.Guess(content);
        var text = type == MediaTypes.Html ? HtmlText.Extract(content) : content;
        return string.IsNullOrWhiteSpace(text) ? throw new McpException("content is HTML without any text. Pass a page that has some.")
            : new ReadDocument(text, type, Title: null);
    }

    private static byte[] Decode(string content)
    {
        try
        {
            return Convert.FromBase64String(content);
        }
        catch (FormatException exception)
        {
            throw new McpException("content is not base64. Encode the bytes with the standard alphabet and padding, or leave encoding out for a text.", exception);
        }
    }

    private static string ToText(byte[] bytes)
    {
        try
        {
            return Utf8.GetString(bytes);
        }
        catch (DecoderFallbackException exception)
        {
            throw new McpException("content is neither a PDF nor a text in UTF-8. Convert it to one of them first.", exception);
        }
    }
}

/// <summary>A document as text.</summary>
/// <param name="Title">As the document itself says; null when it says none.</param>
internal sealed record ReadDocument(string Text, string MediaType, string? Title);
