using Dapper;
using Npgsql;

namespace ServiceDefaults.Database;

/// <summary>How the database's schema stands to what this version needs.</summary>
public enum SchemaState
{
    /// <summary>The database could not be asked.</summary>
    Unknown,

    /// <summary>Migrations are missing: run the <c>migrate</c> verb.</summary>
    Outdated,

    UpToDate,
}

/// <summary>
/// Knows whether this instance may serve on this schema (S-306). Services never migrate by themselves: they wait, not ready,
/// until somebody did. Once satisfied it asks no more, for migrations are never undone.
/// </summary>
public sealed class SchemaGate(IReadOnlyList<Migration> required)
{
    private volatile bool _satisfied;

    /// <summary>For the migrations of the product.</summary>
    public SchemaGate()
        : this(MigrationCatalog.Product)
    {
    }

    /// <exception cref="NpgsqlException">The database cannot be reached.</exception>
    public async Task<SchemaState> CheckAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        if (_satisfied)
        {
            return SchemaState.UpToDate;
        }

        try
        {
            await using var connection = await source.OpenConnectionAsync(cancellationToken);
            var applied = await connection.QueryAsync<int>(new CommandDefinition(
                "SELECT number FROM gateway.schema_migrations", cancellationToken: cancellationToken));
            _satisfied = required.Select(migration => migration.Number).Except(applied).Any() is false;
            return _satisfied ? SchemaState.UpToDate : SchemaState.Outdated;
        }
        catch (PostgresException exception) when (exception.SqlState is PostgresErrorCodes.UndefinedTable
            or PostgresErrorCodes.InvalidSchemaName or PostgresErrorCodes.InsufficientPrivilege)
        {
            return SchemaState.Outdated;
        }
    }
}
