using Dapper;
using McpWorker.Paging;
using Npgsql;

namespace McpWorker.Media;

/// <summary>The documents in PostgreSQL.</summary>
internal sealed class MediaLibrary(NpgsqlDataSource database, TimeProvider clock)
{
    private const string ItemColumns =
        "id, title, media_type AS MediaType, tags, language, owner_id AS OwnerId, created_at AS CreatedAt, length(content) AS Length";

    /// <summary>The languages in use, found by hopping over the index instead of reading it; the last row is null.</summary>
    internal const string Languages =
        """
        WITH RECURSIVE languages (language) AS (
            (SELECT language FROM media ORDER BY language LIMIT 1)
            UNION ALL
            SELECT (SELECT m.language FROM media m WHERE m.language > l.language ORDER BY m.language LIMIT 1)
            FROM languages l WHERE l.language IS NOT NULL
        )
        """;

    /// <summary>A query once per language in use, parsed by that language's rules, so that each document is met in its own.</summary>
    private const string Queries =
        $"""
        {Languages}, queries AS (
            SELECT language, websearch_to_tsquery(search_config(language), @Query) AS query
            FROM languages WHERE language IS NOT NULL
        )
        """;

    public async Task<MediaItem> AddAsync(NewMedia media, string ownerId, CancellationToken cancellationToken)
    {
        var id = Guid.CreateVersion7(clock.GetUtcNow());
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var item = await connection.QuerySingleAsync<MediaRow>(Command(
            $"""
            INSERT INTO media (id, content, title, media_type, tags, language, owner_id)
            VALUES (@Id, @Content, @Title, @MediaType, @Tags, @Language, @OwnerId)
            RETURNING {ItemColumns}
            """,
            new { Id = id, media.Content, media.Title, media.MediaType, media.Tags, media.Language, OwnerId = ownerId },
            cancellationToken));
        await connection.ExecuteAsync(Command(
            """
            INSERT INTO chunks (media_id, position, heading, content, language)
            SELECT @Id, position - 1, heading, content, @Language
            FROM unnest(@Headings, @Contents) WITH ORDINALITY AS passage (heading, content, position)
            """,
            new
            {
                Id = id,
                media.Language,
                Headings = media.Passages.Select(passage => passage.Heading).ToArray(),
                Contents = media.Passages.Select(passage => passage.Content).ToArray(),
            },
            cancellationToken));
        await transaction.CommitAsync(cancellationToken);
        return item.ToItem();
    }

    public async Task<MediaText?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var row = await connection.QuerySingleOrDefaultAsync<MediaRow>(Command(
            $"SELECT {ItemColumns}, content FROM media WHERE id = @Id", new { Id = id }, cancellationToken));
        return row is null ? null : new MediaText(row.ToItem(), row.Content);
    }

    /// <summary>Ids that begin like this, newest first.</summary>
    public async Task<IReadOnlyList<Guid>> FindIdsAsync(string beginning, int most, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<Guid>(Command(
            "SELECT id FROM media WHERE starts_with(id::text, lower(@Beginning)) ORDER BY created_at DESC, id DESC LIMIT @Most",
            new { Beginning = beginning, Most = most },
            cancellationToken))).AsList();
    }

    public async Task<bool> RemoveAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteAsync(Command("DELETE FROM media WHERE id = @Id", new { Id = id }, cancellationToken)) > 0;
    }

    /// <summary>Newest first.</summary>
    public async Task<Page<MediaItem>> ListAsync(MediaFilter filter, int limit, Cursor? after, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var rows = (await connection.QueryAsync<MediaRow>(Command(
            $"""
            SELECT {ItemColumns}
            FROM media m
            WHERE {MediaFilter.Sql}
              AND (@AfterId::uuid IS NULL OR (created_at, id) < (@AfterTime, @AfterId))
            ORDER BY created_at DESC, id DESC
            LIMIT @Limit + 1
            """,
            new { filter.MediaType, filter.Tags, filter.Language, filter.Since, Limit = limit, AfterId = after?.Id, AfterTime = after?.Time() },
            cancellationToken))).AsList();

        return Page.Of(rows, limit, row => row.ToItem(), row => new Cursor(row.CreatedAt.Ticks, row.Id));
    }

    /// <summary>
    /// Best match first; equally good ones newest first. OFFSET 0 keeps PostgreSQL from joining all documents to the few
    /// queries, where it would read every one of them: each query asks the index.
    /// </summary>
    public async Task<Page<MediaHit>> SearchAsync(string query, MediaFilter filter, int limit, Cursor? after, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var rows = (await connection.QueryAsync<MediaRow>(Command(
            $"""
            {Queries}, hits AS (
                SELECT m.*, q.query, ts_rank(m.search, q.query, 1)::double precision AS score
                FROM queries q
                CROSS JOIN LATERAL (
                    SELECT * FROM media m
                    WHERE m.language = q.language AND m.search @@ q.query AND {MediaFilter.Sql}
                    OFFSET 0) m
            ), page AS (
                SELECT *
                FROM hits
                WHERE @AfterId::uuid IS NULL OR (score, id) < (@AfterScore, @AfterId)
                ORDER BY score DESC, id DESC
                LIMIT @Limit + 1
            )
            SELECT {ItemColumns}, score,
                ts_headline(search_config(language), content, query, 'StartSel=**, StopSel=**, MaxFragments=2, MaxWords=30, MinWords=10') AS Highlight
            FROM page
            ORDER BY score DESC, id DESC
            """,
            new
            {
                Query = query,
                filter.MediaType,
                filter.Tags,
                filter.Language,
                filter.Since,
                Limit = limit,
                AfterId = after?.Id,
                AfterScore = BitConverter.Int64BitsToDouble(after?.Sort ?? 0),
            },
            cancellationToken))).AsList();

        return Page.Of(rows, limit, row => row.ToHit(), row => new Cursor(BitConverter.DoubleToInt64Bits(row.Score), row.Id));
    }

    private static CommandDefinition Command(string sql, object parameters, CancellationToken cancellationToken) =>
        new(sql, parameters, cancellationToken: cancellationToken);

    /// <summary>A row as Dapper fills it, in whichever of the queries above.</summary>
    private sealed class MediaRow
    {
        public Guid Id { get; set; }

        public string Content { get; set; } = "";

        public string Title { get; set; } = "";

        public string MediaType { get; set; } = "";

        public string[] Tags { get; set; } = [];

        public string Language { get; set; } = "";

        public string OwnerId { get; set; } = "";

        public DateTime CreatedAt { get; set; }

        public int Length { get; set; }

        public double Score { get; set; }

        public string Highlight { get; set; } = "";

        public MediaItem ToItem() => new(Id, Title, MediaType, Tags, Language, OwnerId, new DateTimeOffset(CreatedAt), Length);

        public MediaHit ToHit() => new(Id, Title, MediaType, Tags, Language, OwnerId, new DateTimeOffset(CreatedAt), Length, Math.Round(Score, 4), Highlight);
    }
}
