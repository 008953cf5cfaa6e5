using Dapper;
using Npgsql;

namespace BackupService.Postgres;

/// <summary>
/// One moment of the database, held open while pg_dump reads it, so that row counts and dump tell of the same moment.
/// Holds an advisory lock too: two services with different directories must not dump one database at once.
/// </summary>
internal sealed class DatabaseSnapshot : IAsyncDisposable
{
    private const long AdvisoryLock = 0x6D63705F62616B; // "mcp_bak"

    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlTransaction _transaction;

    private DatabaseSnapshot(NpgsqlConnection connection, NpgsqlTransaction transaction, ServerFacts server)
    {
        _connection = connection;
        _transaction = transaction;
        Server = server;
    }

    public ServerFacts Server { get; }

    /// <summary>Where pg_dump must connect: with several hosts configured, to the one that holds the snapshot.</summary>
    public (string Host, int Port, string Database) Address => (_connection.Host!, _connection.Port, _connection.Database);

    public static async Task<DatabaseSnapshot> OpenAsync(SourceDatabase source, CancellationToken cancellationToken)
    {
        var connection = await source.OpenAsync(cancellationToken);
        try
        {
            var locked = await connection.ExecuteScalarAsync<bool>(
                new CommandDefinition("SELECT pg_try_advisory_lock(@key)", new { key = AdvisoryLock }, cancellationToken: cancellationToken));
            if (!locked)
            {
                throw new BackupException(
                    BackupFailure.Locked, $"Another backup of the database '{connection.Database}' is running. Try again when it has ended.");
            }

            var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellationToken);
            await connection.ExecuteAsync(new CommandDefinition("SET TRANSACTION READ ONLY", transaction: transaction, cancellationToken: cancellationToken));

            var server = await connection.QuerySingleAsync<ServerFacts>(new CommandDefinition(
                """
                SELECT current_setting('server_version_num')::int AS VersionNumber,
                       current_setting('server_version') AS Version,
                       pg_export_snapshot() AS SnapshotId,
                       transaction_timestamp() AS SnapshotAt,
                       (CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END)::text AS Lsn
                """,
                transaction: transaction,
                cancellationToken: cancellationToken));

            return new DatabaseSnapshot(connection, transaction, server);
        }
        catch (NpgsqlException exception)
        {
            await connection.DisposeAsync();
            throw source.Unreachable(exception);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>The highest migration applied (S-257); null before the first.</summary>
    public async Task<int?> SchemaVersionAsync(CancellationToken cancellationToken)
    {
        var exists = await ScalarAsync<bool>("SELECT to_regclass('gateway.schema_migrations') IS NOT NULL", cancellationToken);
        return exists ? await ScalarAsync<int?>("SELECT max(number) FROM gateway.schema_migrations", cancellationToken) : null;
    }

    /// <summary>Rows of every table of every schema, by schema-qualified name.</summary>
    public async Task<SortedDictionary<string, long>> RowCountsAsync(CancellationToken cancellationToken)
    {
        var tables = await _connection.QueryAsync<(string Name, string Quoted)>(new CommandDefinition(
            """
            SELECT n.nspname || '.' || c.relname, format('%I.%I', n.nspname, c.relname)
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind = 'r' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
            """,
            transaction: _transaction,
            cancellationToken: cancellationToken));

        var counts = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var (name, quoted) in tables)
        {
            counts[name] = await ScalarAsync<long>($"SELECT count(*) FROM {quoted}", cancellationToken);
        }

        return counts;
    }

    public Task<string> CurrentLsnAsync(CancellationToken cancellationToken) => ScalarAsync<string>(
        "SELECT (CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END)::text", cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _transaction.DisposeAsync();
        await _connection.DisposeAsync();
    }

    private async Task<T> ScalarAsync<T>(string sql, CancellationToken cancellationToken) =>
        (await _connection.ExecuteScalarAsync<T>(new CommandDefinition(sql, transaction: _transaction, cancellationToken: cancellationToken)))!;
}

/// <summary>What a server says about itself at the moment of a snapshot.</summary>
internal sealed record ServerFacts(int VersionNumber, string Version, string SnapshotId, DateTime SnapshotAt, string Lsn)
{
    public int Major => VersionNumber / 10_000;
}
