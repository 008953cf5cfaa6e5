using Dapper;
using Npgsql;
using Testing;

namespace BackupService.Tests.Postgres;

public sealed class GrantTests(PostgresServer postgres)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Requirement", "S-313")]
    public async Task The_backup_role_may_read_every_table_and_sequence_and_write_none()
    {
        var database = await postgres.CreateDatabaseAsync(migrated: true, Token);
        await using var connection = new NpgsqlConnection(database.OwnerConnectionString);

        var relations = (await connection.QueryAsync<(string Name, bool MayRead, bool MayWrite)>(
            """
            SELECT c.oid::regclass::text,
                   has_schema_privilege('mcp_backup', n.oid, 'USAGE')
                       AND CASE WHEN c.relkind = 'S' THEN has_sequence_privilege('mcp_backup', c.oid, 'SELECT')
                                ELSE has_table_privilege('mcp_backup', c.oid, 'SELECT') END,
                   c.relkind <> 'S' AND has_table_privilege('mcp_backup', c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'p', 'S') AND n.nspname IN ('gateway', 'worker', 'backup', 'public')
            """)).ToList();

        Assert.Contains(relations, relation => relation.Name.EndsWith("sets", StringComparison.Ordinal));
        Assert.Empty(relations.Where(relation => !relation.MayRead).Select(relation => relation.Name));
        Assert.Empty(relations.Where(relation => relation.MayWrite).Select(relation => relation.Name));
    }

    [Theory]
    [InlineData("DROP TABLE backup.sets")]
    [InlineData("DELETE FROM backup.sets")]
    [InlineData("TRUNCATE backup.sets")]
    [Trait("Requirement", "S-113")]
    public async Task The_services_own_role_cannot_remove_records_of_runs(string sql)
    {
        var database = await postgres.CreateDatabaseAsync(migrated: true, Token);
        await using var connection = new NpgsqlConnection(database.AppConnectionString);

        var refusal = await Assert.ThrowsAsync<PostgresException>(() => connection.ExecuteAsync(sql));

        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refusal.SqlState);
    }
}
