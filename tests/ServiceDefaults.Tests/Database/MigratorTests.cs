using Dapper;
using Npgsql;
using ServiceDefaults.Database;
using Testing;

namespace ServiceDefaults.Tests.Database;

public sealed class MigratorTests(PostgresServer postgres)
{
    private static readonly RolePasswords NoPasswords = new("", "");

    private static readonly Migration Users = new(1, "gateway", "users",
        "CREATE TABLE users (id uuid PRIMARY KEY); GRANT SELECT, INSERT ON users TO mcp_app; GRANT SELECT ON users TO mcp_backup;");

    private static readonly Migration Media = new(100, "worker", "media",
        "CREATE TABLE media (id uuid PRIMARY KEY, owner uuid REFERENCES users); GRANT SELECT, INSERT, UPDATE, DELETE ON media TO mcp_app;");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Requirement", "S-305")]
    public async Task Pending_migrations_are_applied_in_order_and_a_second_run_applies_none()
    {
        var database = await postgres.CreateDatabaseAsync(migrated: false, Token);
        var reported = new List<Migration>();

        var first = await new Migrator([Users, Media]).MigrateAsync(database.OwnerConnectionString, NoPasswords, reported.Add, Token);
        var second = await new Migrator([Users, Media]).MigrateAsync(database.OwnerConnectionString, NoPasswords, reported.Add, Token);

        Assert.Equal([Users, Media], reported);
        Assert.Equal([Users, Media], first.Applied);
        Assert.Empty(second.Applied);
        Assert.Equal(
            ["gateway.schema_migrations mcp_owner", "gateway.users mcp_owner", "worker.media mcp_owner"],
            await QueryAsync<string>(
                database.OwnerConnectionString,
                "SELECT schemaname || '.' || tablename || ' ' || tableowner FROM pg_tables WHERE schemaname IN ('gateway', 'worker', 'backup') ORDER BY 1"));
    }

    [Fact]
    [Trait("Requirement", "S-307")]
    public async Task Migrators_that_run_at_once_apply_each_migration_once()
    {
        var database = await postgres.CreateDatabaseAsync(migrated: false, Token);
        var slow = new Migration(2, "gateway", "slow", "SELECT pg_sleep(0.3); CREATE TABLE slow ();");

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ =>
            new Migrator([Users, slow, Media]).MigrateAsync(database.OwnerConnectionString, NoPasswords, report: null, Token)));

        Assert.Equal([0, 0, 0, 3], outcomes.Select(outcome => outcome.Applied.Count).Order());
        Assert.Equal(
            [(1, Users.Checksum), (2, slow.Checksum), (100, Media.Checksum)],
            await QueryAsync<(int, string)>(database.OwnerConnectionString, "SELECT number, checksum FROM gateway.schema_migrations ORDER BY number"));
    }

    [Fact]
    [Trait("Requirement", "S-307")]
    public async Task A_failing_migration_leaves_nothing_behind_and_says_which_it_was()
    {
        var database = await postgres.CreateDatabaseAsync(migrated: false, Token);
        var broken = new Migration(2, "gateway", "broken", "CREATE TABLE half (); SELECT 1 FROM nowhere;");

        var failure = await Assert.ThrowsAsync<MigrationException>(() =>
            new Migrator([Users, broken, Media]).MigrateAsync(database.OwnerConnectionString, NoPasswords, report: null, Token));

        Assert.Contains("002_broken (gateway)", failure.Message, StringComparison.Ordinal);
        Assert.Contains("\"nowhere\" does not exist", failure.Message, StringComparison.Ordinal);
        Assert.Equal([1], await QueryAsync<int>(database.OwnerConnectionString, "SELECT number FROM gateway.schema_migrations"));
        Assert.Equal([null], await QueryAsync<string?>(database.OwnerConnectionString, "SELECT to_regclass('gateway.half')::text"));
    }

    [Fact]
    [Trait("Requirement", "S-307")]
    public async Task A_migration_that_was_changed_after_it_was_applied_is_refused()
    {
        var database = await postgres.CreateDatabaseAsync(migrated: false, Token);
        await new Migrator([Users]).MigrateAsync(database.OwnerConnectionString, NoPasswords, report: null, Token);
        var edited = Users with { Sql = Users.Sql + "CREATE TABLE more ();" };

        var refusal = await Assert.ThrowsAsync<MigrationException>(() =>
            new Migrator([edited]).MigrateAsync(database.OwnerConnectionString, NoPasswords, report: null, Token));

        Assert.Contains("001_users (gateway) was changed after it had been applied", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "S-308")]
    public async Task An_older_version_accepts_a_newer_schema_and_names_what_it_does_not_know()
    {
        var database = await postgres.CreateDatabaseAsync(migrated: false, Token);
        await new Migrator([Users, Media]).MigrateAsync(database.OwnerConnectionString, NoPasswords, report: null, Token);

        var outcome = await new Migrator([Users]).MigrateAsync(database.OwnerConnectionString, NoPasswords, report: null, Token);

        Assert.Empty(outcome.Applied);
        Assert.Equal([$"100_media (worker, by version {ProductVersion.Current})"], outcome.Unknown);
    }

    [Fact]
    public async Task Versions_that_went_different_ways_are_not_mixed()
    {
        var database = await postgres.CreateDatabaseAsync(migrated: false, Token);
        await new Migrator([Users, Media]).MigrateAsync(database.OwnerConnectionString, NoPasswords, report: null, Token);
        var other = new Migration(2, "gateway", "other", "CREATE TABLE other ();");

        var refusal = await Assert.ThrowsAsync<MigrationException>(() =>
            new Migrator([Users, other]).MigrateAsync(database.OwnerConnectionString, NoPasswords, report: null, Token));

        Assert.Contains("100_media (worker)", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("lacks 002_other (gateway)", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unreachable_server_is_named_without_the_password()
    {
        var nowhere = $"Host=127.0.0.1;Port={FreePort.Next()};Database=mcpdb;Username=postgres;Password=do-not-print";

        var failure = await Assert.ThrowsAsync<MigrationException>(() => new Migrator([]).MigrateAsync(nowhere, NoPasswords, report: null, Token));

        Assert.Contains("Cannot open database 'mcpdb' at 127.0.0.1:", failure.Message, StringComparison.Ordinal);
        Assert.Contains("ConnectionStrings__mcpdb", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("do-not-print", failure.Message, StringComparison.Ordinal);
    }

    private static async Task<IEnumerable<T>> QueryAsync<T>(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        return await connection.QueryAsync<T>(new CommandDefinition(sql, cancellationToken: Token));
    }
}
