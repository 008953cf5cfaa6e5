using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using ModelContextProtocol;
using ModelContextProtocol.Server;
using Npgsql;

namespace McpWorker.Media;

[McpServerToolType]
internal static class IngestTool
{
    [McpServerTool(Name = "ingest", Title = "Add a document", ReadOnly = false, Destructive = false, Idempotent = false, OpenWorld = false, UseStructuredContent = true)]
    [Description("""
        Adds a text to the document library, where media_search and rag_query find it at once. Takes plain text, Markdown or HTML
        (kept as its text) up to 512 KB; split longer ones. Returns the new document with its id. Calling it twice adds it twice.
        """)]
    public static async Task<MediaItem> IngestAsync(
        MediaLibrary library,
        ClaimsPrincipal caller,
        [Description("The text itself, not a path or a URL.")] string content,
        [Description("Title, at most 200 characters. Left out: taken from the first line."), StringLength(200)] string? title = null,
        [Description("text/plain, text/markdown or text/html. Left out: recognised from the text.")] string? media_type = null,
        [Description("Up to 32 labels, of at most 64 characters each."), MaxLength(32)] string[]? tags = null,
        [Description("ISO 639-1 code of the text's language, for word forms in search. Left out: en.")] string? language = null,
        CancellationToken cancellationToken = default)
    {
        var media = NewMedia.From(content, title, media_type, tags, language);
        try
        {
            return await library.AddAsync(media, MediaLibrary.OwnerOf(caller), cancellationToken);
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.ProgramLimitExceeded)
        {
            throw new McpException("content has too many different words for one document. Split it and ingest the parts.", exception);
        }
    }
}
