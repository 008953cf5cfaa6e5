using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using McpWorker.InternalAccess;
using McpWorker.Media.Reading;
using ModelContextProtocol;
using ModelContextProtocol.Server;
using Npgsql;

namespace McpWorker.Media;

[McpServerToolType]
internal static class IngestTool
{
    [McpServerTool(Name = "ingest", Title = "Add a document", ReadOnly = false, Destructive = false, Idempotent = false, OpenWorld = false, UseStructuredContent = true)]
    [Description("""
        Adds a document to the library, where media_search and rag_query find it at once. Takes plain text, Markdown, HTML and, as
        base64, PDF; the latter two are kept as their text. Up to 512 KB of text; split longer ones. Returns the new document with its
        id. Calling it twice adds it twice.
        """)]
    public static async Task<MediaItem> IngestAsync(
        MediaLibrary library,
        DocumentReader reader,
        ClaimsPrincipal caller,
        [Description("The text itself, or with encoding base64 the bytes of a PDF or a text. Not a path, not a URL."), StringLength(24_000_000, MinimumLength = 1)] string content,
        [Description("Title, at most 200 characters. Left out: taken from the document or its first line."), StringLength(200)] string? title = null,
        [Description("text/plain, text/markdown, text/html or application/pdf. Left out: recognised from the content.")] string? media_type = null,
        [Description("Up to 32 labels, of at most 64 characters each."), MaxLength(32)] string[]? tags = null,
        [Description("ISO 639-1 code of the text's language, for word forms in search. Left out: recognised from the text, else en.")] string? language = null,
        [Description("How content is written: text, or base64 for the bytes of a file."), AllowedValues(DocumentReader.PlainText, DocumentReader.Base64)] string encoding = DocumentReader.PlainText,
        CancellationToken cancellationToken = default)
    {
        var document = await reader.ReadAsync(content, encoding, media_type, cancellationToken);
        var media = NewMedia.From(document, title, tags, language);
        try
        {
            return await library.AddAsync(media, CallerIdentity.OwnerOf(caller), cancellationToken);
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.ProgramLimitExceeded)
        {
            throw new McpException("content has too many different words for one document. Split it and ingest the parts.", exception);
        }
    }
}
