using Dapper;
using McpModules;
using McpWorker.Media;
using Npgsql;

namespace McpWorker.Rag;

/// <summary>Finds passages by what they mean, where an <see cref="IEmbeddingProvider"/> is registered.</summary>
internal sealed partial class MeaningIndex(IEnumerable<IEmbeddingProvider> providers, NpgsqlDataSource database, TimeProvider clock, ILogger<MeaningIndex> logger)
{
    /// <summary>Without an index for vectors each is compared; of a larger library the newest passages are.</summary>
    private const int Compared = 5_000;

    /// <summary>Below, two texts have nothing to do with each other.</summary>
    private const double LeastSimilarity = 0.2;

    private const int HighlightLength = 240;

    private const string Find =
        $"""
        SET LOCAL jit = off;
        WITH near AS (
            SELECT v.media_id, v.position, vector_product(v.vector, @Vector) AS score
            FROM (
                SELECT p.* FROM passage_vectors p
                JOIN media m ON m.id = p.media_id
                WHERE p.model = @Model AND cardinality(p.vector) = cardinality(@Vector::real[]) AND {MediaFilter.Sql}
                ORDER BY m.created_at DESC, p.media_id DESC, p.position
                LIMIT @Compared) v
            ORDER BY score DESC, v.media_id DESC, v.position
            LIMIT @Limit
        )
        SELECT n.score AS Score, n.media_id AS SourceId, n.position AS Position, m.title, c.heading AS Section, c.content AS Passage,
            left(c.content, @HighlightLength) AS Highlight
        FROM near n
        JOIN chunks c USING (media_id, position)
        JOIN media m ON m.id = n.media_id
        WHERE n.score >= @LeastSimilarity
        ORDER BY n.score DESC, n.media_id DESC, n.position
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly IEmbeddingProvider? _provider = providers.LastOrDefault();

    public bool IsOn => _provider is not null;

    /// <summary>The nearest passages, best first; empty when the provider does not answer: then words alone decide.</summary>
    public async Task<List<PassageRow>> FindAsync(PassageQuery query, int limit, CancellationToken cancellationToken)
    {
        if (_provider is null || await TryEmbedAsync(_provider, query.Text, cancellationToken) is not { } vector)
        {
            return [];
        }

        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var rows = (await connection.QueryAsync<PassageRow>(new CommandDefinition(
            Find,
            new
            {
                Vector = vector, _provider.Model, Compared, LeastSimilarity, HighlightLength, Limit = limit,
                query.Filter.MediaType, query.Filter.Tags, query.Filter.Language, query.Filter.Since,
            },
            cancellationToken: cancellationToken))).AsList();
        await transaction.CommitAsync(cancellationToken);
        return rows;
    }

    private async Task<float[]?> TryEmbedAsync(IEmbeddingProvider provider, string text, CancellationToken cancellationToken)
    {
        try
        {
            var vectors = await provider.EmbedAsync([text], cancellationToken).WaitAsync(Patience, clock, cancellationToken);
            return Vectors.ToUnitLength(vectors[0], provider.Dimensions);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // The provider is somebody else's code: whatever it throws, words can still answer.
            LogAway(exception, provider.Model);
            return null;
        }
    }

    [LoggerMessage(LogLevel.Warning, "The embedding provider {Model} did not answer; the question is answered by words alone", EventName = "embedding_failed")]
    private partial void LogAway(Exception exception, string model);
}
