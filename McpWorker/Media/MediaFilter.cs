using ModelContextProtocol;

namespace McpWorker.Media;

/// <summary>Which part of the library is meant.</summary>
/// <param name="Tags">A document has all of them; empty: any document.</param>
/// <param name="Since">When it was added at the earliest.</param>
internal sealed record MediaFilter(string? MediaType, string[] Tags, string? Language, DateTimeOffset? Since)
{
    /// <summary>Over <c>media m</c>, with the parameters of this class.</summary>
    public const string Sql =
        """
        (@MediaType::text IS NULL OR m.media_type = @MediaType)
        AND (cardinality(@Tags::text[]) = 0 OR m.tags @> @Tags)
        AND (@Language::text IS NULL OR m.language = @Language)
        AND (@Since::timestamptz IS NULL OR m.created_at >= @Since)
        """;

    public bool IsEverything => this is { MediaType: null, Tags: [], Language: null, Since: null };

    /// <exception cref="McpException">A type the library does not know, or a language that is no code.</exception>
    public static MediaFilter Of(string? mediaType, string[]? tags, string? language, DateTimeOffset? since = null) => new(
        mediaType is null ? null : MediaTypes.Normalize(mediaType),
        NewMedia.TagsOf(tags),
        string.IsNullOrWhiteSpace(language) ? null : NewMedia.LanguageOf(language),
        since?.ToUniversalTime());
}
