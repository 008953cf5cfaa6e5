using Npgsql;
using ServiceDefaults.Database;
using Testing;

namespace ServiceDefaults.Tests.Database;

public sealed class SchemaGateTests(PostgresServer postgres)
{
    private static readonly Migration First = new(1, "gateway", "first", "SELECT 1");
    private static readonly Migration Second = new(2, "gateway", "second", "SELECT 1");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Requirement", "S-306")]
    public async Task The_gate_opens_when_the_last_required_migration_is_there()
    {
        var database = await postgres.CreateDatabaseAsync(migrated: false, Token);
        await using var source = NpgsqlDataSource.Create(database.OwnerConnectionString);
        var gate = new SchemaGate([First, Second]);

        Assert.Equal(SchemaState.Outdated, await gate.CheckAsync(source, Token));
        await MigrateAsync(database, First);
        Assert.Equal(SchemaState.Outdated, await gate.CheckAsync(source, Token));
        await MigrateAsync(database, First, Second);
        Assert.Equal(SchemaState.UpToDate, await gate.CheckAsync(source, Token));
    }

    [Fact]
    [Trait("Requirement", "S-306")]
    public async Task A_newer_schema_is_served()
    {
        var database = await postgres.CreateDatabaseAsync(migrated: false, Token);
        await using var source = NpgsqlDataSource.Create(database.OwnerConnectionString);
        await MigrateAsync(database, First, Second);

        Assert.Equal(SchemaState.UpToDate, await new SchemaGate([First]).CheckAsync(source, Token));
    }

    [Fact]
    public async Task An_open_gate_asks_the_database_no_more()
    {
        var database = await postgres.CreateDatabaseAsync(migrated: false, Token);
        await MigrateAsync(database, First);
        var gate = new SchemaGate([First]);
        var source = NpgsqlDataSource.Create(database.OwnerConnectionString);
        await gate.CheckAsync(source, Token);

        await source.DisposeAsync();

        Assert.Equal(SchemaState.UpToDate, await gate.CheckAsync(source, Token));
    }

    private static Task<MigrationOutcome> MigrateAsync(TestDatabase database, params Migration[] migrations) =>
        new Migrator(migrations).MigrateAsync(database.OwnerConnectionString, new RolePasswords("", ""), report: null, Token);
}
