using System.Globalization;
using Dapper;
using Npgsql;

namespace ServiceDefaults.Database;

/// <summary>
/// Brings a database to the schema this version needs (S-305, S-307): roles and schemas first, then every migration that is
/// not recorded yet, in order, each in a transaction of its own. Of two at once the second waits, then finds nothing to do.
/// </summary>
public sealed class Migrator(IReadOnlyList<Migration> migrations)
{
    // Any number will do, as long as every version of the product takes the same.
    private const long LockKey = 0x6D63_705F_6D69_6772; // "mcp_migr"

    private const string Ledger =
        """
        CREATE TABLE IF NOT EXISTS gateway.schema_migrations (
            number          integer PRIMARY KEY,
            service         text NOT NULL,
            name            text NOT NULL,
            checksum        text NOT NULL,
            applied_at      timestamptz NOT NULL DEFAULT now(),
            product_version text NOT NULL
        );
        GRANT SELECT ON gateway.schema_migrations TO mcp_app, mcp_backup;
        """;

    /// <summary>For the migrations of the product.</summary>
    public Migrator()
        : this(MigrationCatalog.Product)
    {
    }

    /// <param name="connectionString">Of a superuser, or a role with CREATEROLE that may create schemas in the database.</param>
    /// <param name="report">Called after each migration that was applied.</param>
    /// <exception cref="MigrationException">It could not be done; what was applied before stays.</exception>
    public async Task<MigrationOutcome> MigrateAsync(
        string connectionString, RolePasswords passwords, Action<Migration>? report = null, CancellationToken cancellationToken = default)
    {
        await using var connection = await ConnectAsync(connectionString, cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            "SELECT pg_advisory_lock(@LockKey)", new { LockKey }, cancellationToken: cancellationToken));

        var notices = await RoleSetup.ApplyAsync(connection, passwords, cancellationToken);
        await AsOwnerAsync(connection, DatabaseRoles.SearchPath, () => EnsureLedgerAsync(connection, cancellationToken), cancellationToken);
        var plan = MigrationPlan.Make(migrations, await AppliedAsync(connection, cancellationToken));

        foreach (var migration in plan.Pending)
        {
            await ApplyAsync(connection, migration, cancellationToken);
            report?.Invoke(migration);
        }

        return new MigrationOutcome(plan.Pending, plan.Unknown, notices);
    }

    /// <summary>Without a pool: the lock belongs to the connection, and goes with it however this process ends.</summary>
    private static async Task<NpgsqlConnection> ConnectAsync(string connectionString, CancellationToken cancellationToken)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            Pooling = false,
            CommandTimeout = 0,
            ApplicationName = "mcp migrate",
        };
        var connection = new NpgsqlConnection(settings.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
            return connection;
        }
        catch (NpgsqlException exception)
        {
            await connection.DisposeAsync();
            throw new MigrationException(
                $"Cannot open database '{settings.Database}' at {settings.Host}:{settings.Port} as '{settings.Username}': "
                + $"{exception.Message} Check ConnectionStrings__{ResourceNames.Database} (or MCP_DATABASE_URL), and that PostgreSQL runs there.",
                exception);
        }
    }

    private static Task<int> EnsureLedgerAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(new CommandDefinition(Ledger, cancellationToken: cancellationToken));

    private static async Task<IReadOnlyList<AppliedMigration>> AppliedAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        [.. await connection.QueryAsync<AppliedMigration>(new CommandDefinition(
            "SELECT number, service, name, checksum, product_version AS ProductVersion FROM gateway.schema_migrations ORDER BY number",
            cancellationToken: cancellationToken))];

    private static async Task ApplyAsync(NpgsqlConnection connection, Migration migration, CancellationToken cancellationToken)
    {
        try
        {
            // Unqualified names create in the service's own schema.
            await AsOwnerAsync(connection, $"{migration.Service}, {DatabaseRoles.SearchPath}", async () =>
            {
                await using var script = new NpgsqlCommand(migration.Sql, connection);
                await script.ExecuteNonQueryAsync(cancellationToken);
                return await connection.ExecuteAsync(new CommandDefinition(
                    """
                    INSERT INTO gateway.schema_migrations (number, service, name, checksum, product_version)
                    VALUES (@Number, @Service, @Name, @Checksum, @Version)
                    """,
                    new { migration.Number, migration.Service, migration.Name, migration.Checksum, Version = ProductVersion.Current },
                    cancellationToken: cancellationToken));
            }, cancellationToken);
        }
        catch (PostgresException exception)
        {
            var position = exception.Position > 0 ? string.Create(CultureInfo.InvariantCulture, $", at character {exception.Position} of the statement") : "";
            throw new MigrationException(
                $"Migration {migration} failed and nothing of it was kept: {exception.MessageText} (SQLSTATE {exception.SqlState}{position}). "
                + "Remove what stands in its way and run migrate again; earlier migrations stay applied.",
                exception);
        }
    }

    private static async Task AsOwnerAsync(
        NpgsqlConnection connection, string searchPath, Func<Task<int>> act, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            $"SET LOCAL ROLE {DatabaseRoles.Owner}; SET LOCAL search_path = {searchPath}", cancellationToken: cancellationToken));
        await act();
        await transaction.CommitAsync(cancellationToken);
    }
}
