using Dapper;
using McpModules;
using Npgsql;

namespace McpWorker.Rag;

/// <summary>Gives passages that have none their vectors, a batch at a time, by one worker at a time. Without a provider there is nothing to do.</summary>
internal sealed partial class PassageEmbedding(
    IEnumerable<IEmbeddingProvider> providers, NpgsqlDataSource database, TimeProvider clock, ILogger<PassageEmbedding> logger) : BackgroundService
{
    private const int Batch = 64;

    /// <summary>Any number nobody else uses.</summary>
    private const long TurnLock = 0x6d63_705f_7261_6701;

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (providers.LastOrDefault() is not { } provider)
        {
            return;
        }

        using var timer = new PeriodicTimer(LookEvery, clock);
        do
        {
            try
            {
                while (await EmbedAsync(provider, stoppingToken) == Batch)
                {
                }
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // The database may be away, the provider is somebody else's: the next look tries again.
                LogFailed(exception, provider.Model);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task<int> EmbedAsync(IEmbeddingProvider provider, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        if (!await connection.ExecuteScalarAsync<bool>(Command("SELECT pg_try_advisory_lock(@TurnLock)", new { TurnLock }, cancellationToken)))
        {
            return 0;
        }

        try
        {
            var waiting = (await connection.QueryAsync<(Guid Id, int Position, string Text)>(Command(
                """
                SELECT c.media_id, c.position, c.heading || E'\n' || c.content
                FROM chunks c
                WHERE NOT EXISTS (
                    SELECT FROM passage_vectors v WHERE v.media_id = c.media_id AND v.position = c.position AND v.model = @Model)
                ORDER BY c.media_id DESC, c.position
                LIMIT @Batch
                """,
                new { provider.Model, Batch },
                cancellationToken))).AsList();
            if (waiting.Count > 0)
            {
                var vectors = await provider.EmbedAsync([.. waiting.Select(passage => passage.Text)], cancellationToken);
                await KeepAsync(connection, provider, waiting, vectors, cancellationToken);
            }

            return waiting.Count;
        }
        finally
        {
            await connection.ExecuteAsync(Command("SELECT pg_advisory_unlock(@TurnLock)", new { TurnLock }, CancellationToken.None));
        }
    }

    private static async Task KeepAsync(
        NpgsqlConnection connection, IEmbeddingProvider provider, List<(Guid Id, int Position, string Text)> passages, IReadOnlyList<float[]> vectors, CancellationToken cancellationToken)
    {
        for (var i = 0; i < passages.Count; i++)
        {
            // A document may have been deleted meanwhile.
            await connection.ExecuteAsync(Command(
                """
                INSERT INTO passage_vectors (media_id, position, model, vector)
                SELECT @Id, @Position, @Model, @Vector
                WHERE EXISTS (SELECT FROM chunks WHERE media_id = @Id AND position = @Position)
                ON CONFLICT DO NOTHING
                """,
                new { passages[i].Id, passages[i].Position, provider.Model, Vector = Vectors.ToUnitLength(vectors[i], provider.Dimensions) },
                cancellationToken));
        }
    }

    private static CommandDefinition Command(string sql, object parameters, CancellationToken cancellationToken) =>
        new(sql, parameters, cancellationToken: cancellationToken);

    [LoggerMessage(LogLevel.Warning, "Passages wait for their vectors of {Model}; the next look tries again", EventName = "embedding_waits")]
    private partial void LogFailed(Exception exception, string model);
}
