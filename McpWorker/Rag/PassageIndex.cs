using System.Text.RegularExpressions;
using Dapper;
using McpWorker.Media;
using Npgsql;

namespace McpWorker.Rag;

/// <summary>Finds passages by PostgreSQL full-text search, each in the language of its document.</summary>
internal sealed partial class PassageIndex(NpgsqlDataSource database)
{
    private const string Find =
        $"""
        {MediaLibrary.Queries}, hits AS (
            SELECT c.media_id, c.position, c.heading, c.content, c.language, q.query,
                ts_rank_cd(c.search, q.query, 1 | 32)::double precision AS score
            FROM queries q
            JOIN chunks c ON c.language = q.language AND c.search @@ q.query
            ORDER BY score DESC, c.media_id DESC, c.position
            LIMIT @Limit
        )
        SELECT h.score, h.media_id AS SourceId, m.title, h.heading AS Section, h.content AS Passage,
            ts_headline(search_config(h.language), h.content, h.query, 'StartSel=**, StopSel=**, MaxFragments=1, MaxWords=40, MinWords=15') AS Highlight
        FROM hits h
        JOIN media m ON m.id = h.media_id
        ORDER BY h.score DESC, h.media_id DESC, h.position
        """;

    /// <summary>Passages with all words of the query; when there are none, those with any of them.</summary>
    public async Task<Answer> FindAsync(string query, int limit, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var passages = await FindAsync(connection, query, limit, cancellationToken);
        if (passages.Count > 0)
        {
            return new Answer(MatchedAllWords: true, passages);
        }

        // Only words are kept: operators of the question would mean something else between "or".
        var anyWord = string.Join(" or ", Words().Matches(query).Select(word => $"\"{word.Value}\""));
        return new Answer(MatchedAllWords: false, anyWord.Length == 0 ? [] : await FindAsync(connection, anyWord, limit, cancellationToken));
    }

    private static async Task<List<FoundPassage>> FindAsync(
        NpgsqlConnection connection, string query, int limit, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync<FoundPassage>(
            new CommandDefinition(Find, new { Query = query, Limit = limit }, cancellationToken: cancellationToken));
        return [.. rows.Select(row => row with { Score = Math.Round(row.Score, 4) })];
    }

    [GeneratedRegex(@"[\p{L}\p{N}_]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Words();
}
