using Dapper;
using McpWorker.Media;
using Npgsql;

namespace McpWorker.Rag;

/// <summary>
/// Finds passages by PostgreSQL full-text search, each in the language of its document. Any word of the question makes a
/// passage a candidate, because a question rarely has only words of its answer.
/// </summary>
internal sealed class PassageIndex(NpgsqlDataSource database, MeaningIndex meaning)
{
    /// <summary>
    /// A word counts as much as it tells passages apart (the inverse document frequency of BM25), times how often and how
    /// prominently it stands there (ts_rank, which saturates and weighs headings higher), times the weight of the
    /// question's words the passage has at all. How close they stand to each other decides among the best (a fifth, because
    /// the words of a question are often split between a heading and the lines below it).
    /// <para>
    /// Bounds keep it fast in a large library: nothing is counted further than @Counted, the rarest words alone make
    /// candidates, as many as together occur @Candidates times, and only the @Near best are looked at for closeness. A
    /// passage with all words has the rarest one too, so it is never missed. Compiling the query (JIT, which its estimated
    /// cost would cause) takes ten times as long as running it.
    /// </para>
    /// </summary>
    private const string Find =
        $"""
        SET LOCAL jit = off;
        {MediaLibrary.Languages}, totals AS MATERIALIZED (
            SELECT l.language, (SELECT count(*) FROM (SELECT FROM chunks c WHERE c.language = l.language LIMIT @Counted) counted) AS total
            FROM languages l WHERE l.language IS NOT NULL
        ), words AS MATERIALIZED (
            SELECT t.language, t.total, term, (SELECT count(*) FROM (
                SELECT FROM chunks c WHERE c.language = t.language AND c.search @@ term LIMIT @Counted) counted) AS found
            FROM totals t
            CROSS JOIN LATERAL unnest(tsvector_to_array(to_tsvector(search_config(t.language), @Query))) AS word
            CROSS JOIN LATERAL CAST('''' || replace(replace(word, '\', '\\'), '''', '''''') || '''' AS tsquery) AS term
        ), weighed AS MATERIALIZED (
            SELECT language, term, ln(1 + (total - least(found, total) + 0.5) / (found + 0.5)) AS weight,
                found > 0 AND (sum(found) OVER rarest <= @Candidates OR row_number() OVER rarest = 1) AS selects
            FROM words
            WINDOW rarest AS (PARTITION BY language ORDER BY found, term ROWS UNBOUNDED PRECEDING)
        ), queries AS (
            SELECT language, sum(weight) AS weight, string_agg(term::text, ' & ')::tsquery AS every_word,
                string_agg(term::text, ' | ') FILTER (WHERE selects)::tsquery AS any_word
            FROM weighed GROUP BY language
        ), hits AS (
            SELECT c.*, q.every_word, q.any_word, w.present / q.weight AS present, w.score / q.weight AS score
            FROM queries q
            CROSS JOIN LATERAL (
                SELECT * FROM chunks k
                WHERE k.language = q.language AND k.search @@ q.any_word
                  AND (@IsEverything OR EXISTS (SELECT FROM media m WHERE m.id = k.media_id AND {MediaFilter.Sql}))
                LIMIT @Counted) c
            CROSS JOIN LATERAL (
                SELECT sum(weight) FILTER (WHERE rank > 0) AS present, sum(weight * rank) AS score
                FROM (SELECT weight, ts_rank(c.search, term) AS rank FROM weighed WHERE weighed.language = q.language) ranked) w
            ORDER BY present * score DESC, c.media_id DESC, c.position
            LIMIT @Near
        ), best AS (
            SELECT *, present * (score + 0.2 * ts_rank(search, every_word)) / 1.2 AS final
            FROM hits
            ORDER BY final DESC, media_id DESC, position
            LIMIT @Limit
        )
        SELECT b.final AS Score, b.media_id AS SourceId, b.position AS Position, m.title, b.heading AS Section, b.content AS Passage,
            ts_headline(search_config(b.language), b.content, CASE WHEN b.search @@ b.every_word THEN b.every_word ELSE b.any_word END,
                'StartSel=**, StopSel=**, MaxFragments=1, MaxWords=40, MinWords=15') AS Highlight,
            b.search @@ b.every_word AS HasAllWords
        FROM best b
        JOIN media m ON m.id = b.media_id
        ORDER BY b.final DESC, b.media_id DESC, b.position
        """;

    /// <summary>Candidates from which the two rankings are made into one.</summary>
    private const int Ranked = 50;

    /// <summary>The usual constant of reciprocal rank fusion: how much the first places count more than the next.</summary>
    private const double RankOffset = 60;

    public async Task<Answer> FindAsync(PassageQuery query, CancellationToken cancellationToken)
    {
        var (byWords, understoodAs) = await FindByWordsAsync(query, cancellationToken);
        var byMeaning = meaning.IsOn ? await meaning.FindAsync(query, Ranked, cancellationToken) : [];
        var rows = byMeaning.Count == 0 ? byWords : Fuse(byWords, byMeaning);
        return new Answer(byWords.Exists(row => row.HasAllWords), [.. rows.Take(query.Limit).Select(row => row.ToPassage())], understoodAs);
    }

    /// <summary>A question that has words nobody wrote is asked again with the words that may have been meant.</summary>
    private async Task<(List<PassageRow> Rows, string? UnderstoodAs)> FindByWordsAsync(PassageQuery query, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var rows = await FindAsync(connection, query, query.Text, cancellationToken);
        var understoodAs = rows.Exists(row => row.HasAllWords) ? null : await Spelling.CorrectAsync(connection, query.Text, cancellationToken);
        if (understoodAs is not null)
        {
            rows = await FindAsync(connection, query, understoodAs, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return (rows, understoodAs);
    }

    private async Task<List<PassageRow>> FindAsync(NpgsqlConnection connection, PassageQuery query, string text, CancellationToken cancellationToken) =>
        (await connection.QueryAsync<PassageRow>(new CommandDefinition(
            Find,
            new
            {
                Query = text, Limit = meaning.IsOn ? Math.Max(Ranked, query.Limit) : query.Limit, Counted = 10_000, Candidates = 5_000, Near = 100,
                query.Filter.IsEverything, query.Filter.MediaType, query.Filter.Tags, query.Filter.Language, query.Filter.Since,
            },
            cancellationToken: cancellationToken))).AsList();

    /// <summary>A place in either ranking counts alike: scores of words and of meanings are of different kinds. First in both is 1.</summary>
    private static List<PassageRow> Fuse(List<PassageRow> byWords, List<PassageRow> byMeaning)
    {
        var all = new Dictionary<(Guid, int), PassageRow>();
        var scores = new Dictionary<(Guid, int), double>();
        foreach (var ranking in (List<PassageRow>[])[byWords, byMeaning])
        {
            for (var i = 0; i < ranking.Count; i++)
            {
                var place = (ranking[i].SourceId, ranking[i].Position);
                all.TryAdd(place, ranking[i]);
                scores[place] = scores.GetValueOrDefault(place) + ((RankOffset + 1) / (RankOffset + 1 + i) / 2);
            }
        }

        foreach (var (place, row) in all)
        {
            row.Score = scores[place];
        }

        return [.. all.Values.OrderByDescending(row => row.Score).ThenByDescending(row => row.SourceId).ThenBy(row => row.Position)];
    }
}
