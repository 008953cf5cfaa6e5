using Dapper;
using Npgsql;
using static ServiceDefaults.Database.DatabaseRoles;

namespace ServiceDefaults.Database;

/// <summary>Makes roles and schemas as they should be. Changes only what differs, so that a second run needs no rights at all.</summary>
internal static class RoleSetup
{
    // Roles belong to the whole server while the migrator's lock belongs to one database: another one may get in between.
    private const int Attempts = 10;
    private const string TupleConcurrentlyUpdated = "XX000";

    /// <returns>What the operator should know, a sentence each.</returns>
    /// <exception cref="MigrationException">The user may not do it; the message holds the SQL for somebody who may.</exception>
    public static async Task<IReadOnlyList<string>> ApplyAsync(
        NpgsqlConnection connection, RolePasswords passwords, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            try
            {
                var step = new RoleSetupSteps(connection, cancellationToken);
                await step.EnsureRolesAsync();
                await step.EnsurePasswordAsync(App, passwords.App);
                await step.EnsurePasswordAsync(Backup, passwords.Backup);
                await step.EnsureSchemasAsync();
                await transaction.CommitAsync(cancellationToken);
                return step.Notices;
            }
            catch (PostgresException exception) when (attempt < Attempts && IsRace(exception))
            {
                await transaction.RollbackAsync(cancellationToken);
            }
            catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.InsufficientPrivilege)
            {
                await transaction.RollbackAsync(cancellationToken);
                throw new MigrationException(await CureAsync(connection, exception, cancellationToken), exception);
            }
        }
    }

    private static bool IsRace(PostgresException exception) => exception.SqlState
        is PostgresErrorCodes.DuplicateObject or PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.DuplicateSchema
        or TupleConcurrentlyUpdated or PostgresErrorCodes.DeadlockDetected;

    private static async Task<string> CureAsync(
        NpgsqlConnection connection, PostgresException exception, CancellationToken cancellationToken)
    {
        var (user, database) = await connection.QuerySingleAsync<(string, string)>(new CommandDefinition(
            "SELECT quote_ident(current_user), quote_ident(current_database())", cancellationToken: cancellationToken));
        return $"""
            The database user {user} may not set up the roles ({exception.MessageText}). Let a superuser run this once, then run migrate again:
              CREATE ROLE {Owner} NOLOGIN;
              CREATE ROLE {App} LOGIN;
              CREATE ROLE {Backup} LOGIN REPLICATION;
              ALTER ROLE {App} SET search_path = {SearchPath};
              ALTER ROLE {Backup} SET search_path = {SearchPath};
              GRANT {Owner} TO {user};
              GRANT CREATE ON DATABASE {database} TO {user}, {Owner};
              GRANT CONNECT ON DATABASE {database} TO {App}, {Backup};
              \password {App}
              \password {Backup}
            (roles that exist already need no CREATE ROLE), and leave MCP_DATABASE_APP_PASSWORD and MCP_DATABASE_BACKUP_PASSWORD out of migrate's settings.
            """;
    }
}
