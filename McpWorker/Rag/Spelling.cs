using System.Text.RegularExpressions;
using Dapper;
using Npgsql;

namespace McpWorker.Rag;

/// <summary>
/// Reads a question whose words are nowhere in the library as one with the most similar words that are, by the trigrams they
/// share. Nothing is learnt from documents: a word of a deleted one is not suggested.
/// </summary>
internal static partial class Spelling
{
    /// <summary>Shorter words have too few trigrams to be told from others.</summary>
    private const int ShortestWord = 3;
    private const int MostWords = 12;

    /// <summary>Of each word that means something in a language of the library and is in no passage, the most similar one that is.</summary>
    private const string Correct =
        $"""
        SET LOCAL pg_trgm.word_similarity_threshold = 0.45;
        {Media.MediaLibrary.Languages}, known AS MATERIALIZED (
            SELECT language FROM languages WHERE language IS NOT NULL
        ), missing AS MATERIALIZED (
            SELECT asked FROM unnest(@Words) AS asked
            WHERE EXISTS (SELECT FROM known k WHERE numnode(plainto_tsquery(search_config(k.language), asked)) > 0)
              AND NOT EXISTS (
                SELECT FROM known k
                CROSS JOIN LATERAL (
                    SELECT FROM chunks c
                    WHERE c.language = k.language AND c.search @@ plainto_tsquery(search_config(k.language), asked) LIMIT 1) met)
        )
        SELECT m.asked AS Asked, best.word AS Meant
        FROM missing m
        CROSS JOIN LATERAL (
            SELECT lower(t.token) AS word
            FROM (SELECT heading || ' ' || content AS text FROM chunks WHERE (heading || ' ' || content) %> m.asked LIMIT 200) near
            CROSS JOIN LATERAL ts_parse('default', near.text) t
            WHERE t.tokid IN (1, 2, 3, 10, 11) AND similarity(t.token, m.asked) >= 0.35
            GROUP BY lower(t.token)
            ORDER BY max(similarity(t.token, m.asked)) DESC, count(*) DESC, lower(t.token)
            LIMIT 1) best
        """;

    /// <summary>Null: all of its words are there, or nothing is like them.</summary>
    public static async Task<string?> CorrectAsync(NpgsqlConnection connection, string question, CancellationToken cancellationToken)
    {
        var words = Word().Matches(question).Select(match => match.Value.ToLowerInvariant())
            .Where(word => word.Length >= ShortestWord).Distinct(StringComparer.Ordinal).Take(MostWords).ToArray();
        if (words.Length == 0)
        {
            return null;
        }

        var meant = (await connection.QueryAsync<(string Asked, string Meant)>(
            new CommandDefinition(Correct, new { Words = words }, cancellationToken: cancellationToken))).ToDictionary(pair => pair.Asked, pair => pair.Meant, StringComparer.Ordinal);
        return meant.Count == 0 ? null
            : Word().Replace(question, match => meant.GetValueOrDefault(match.Value.ToLowerInvariant(), match.Value));
    }

    [GeneratedRegex(@"[\p{L}\p{M}\p{N}]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Word();
}
