using Dapper;
using Npgsql;
using ServiceDefaults.Database;
using Testing;

namespace ServiceDefaults.Tests.Database;

public sealed class DatabaseRoleTests(PostgresServer postgres)
{
    private static readonly Migration Media = new(100, "worker", "media",
        "CREATE TABLE media (title text); GRANT SELECT, INSERT, UPDATE, DELETE ON media TO mcp_app; GRANT SELECT ON media TO mcp_backup;");

    private static readonly RolePasswords NoPasswords = new("", "");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Requirement", "S-113")]
    [Trait("Requirement", "S-313")]
    public async Task The_services_role_changes_rows_but_not_tables()
    {
        var database = await postgres.CreateDatabaseAsync(migrated: true, Token);
        await new Migrator([.. MigrationCatalog.Product, Media with { Number = 999, Name = "extra", Sql = Media.Sql.Replace("media", "extra", StringComparison.Ordinal) }])
            .MigrateAsync(database.OwnerConnectionString, NoPasswords, report: null, Token);
        await using var app = await OpenAsync(database.AppConnectionString);

        await app.ExecuteAsync("INSERT INTO extra VALUES ('a'); UPDATE extra SET title = 'b'; DELETE FROM extra");

        await AssertForbiddenAsync(app, "DROP TABLE extra");
        await AssertForbiddenAsync(app, "CREATE TABLE gateway.mine ()");
        await AssertForbiddenAsync(app, "CREATE TABLE public.mine ()");
        await AssertForbiddenAsync(app, "DELETE FROM gateway.schema_migrations");
    }

    [Fact]
    [Trait("Requirement", "S-113")]
    public async Task No_role_of_the_product_is_a_superuser_or_makes_roles()
    {
        var database = await postgres.CreateDatabaseAsync(migrated: true, Token);
        await using var owner = await OpenAsync(database.OwnerConnectionString);

        var roles = await owner.QueryAsync<string>(
            """
            SELECT rolname || ': login=' || rolcanlogin || ' replicates=' || rolreplication || ' power=' || (rolsuper OR rolcreaterole OR rolcreatedb)
            FROM pg_roles WHERE rolname IN ('mcp_owner', 'mcp_app', 'mcp_backup') ORDER BY 1
            """);

        Assert.Equal(
            [
                "mcp_app: login=true replicates=false power=false",
                "mcp_backup: login=true replicates=true power=false",
                "mcp_owner: login=false replicates=false power=false",
            ],
            roles);
    }

    [Fact]
    [Trait("Requirement", "S-113")]
    public async Task The_backup_role_reads_what_it_is_granted_and_writes_nothing()
    {
        var database = await postgres.CreateDatabaseAsync(migrated: true, Token);
        await using var backup = await OpenAsync(database.BackupConnectionString);

        Assert.Equal("gateway, worker, backup, public", await backup.ExecuteScalarAsync<string>("SHOW search_path"));
        await backup.ExecuteAsync("SELECT count(*) FROM schema_migrations");
        await AssertForbiddenAsync(backup, "DELETE FROM schema_migrations");
    }

    [Fact]
    public async Task A_user_who_may_only_create_roles_and_owns_the_database_can_migrate()
    {
        await using var own = new PostgresServer();
        var database = await own.CreateDatabaseAsync(migrated: false, Token);
        await using (var superuser = await OpenAsync(database.OwnerConnectionString))
        {
            await superuser.ExecuteAsync($"CREATE ROLE deployer LOGIN CREATEROLE PASSWORD 'd''eploy'; ALTER DATABASE {database.Name} OWNER TO deployer");
        }

        var deployer = As("deployer", "d'eploy", database);
        var outcome = await new Migrator([Media]).MigrateAsync(deployer, new RolePasswords("it's;--%", "b"), report: null, Token);
        var again = await new Migrator([Media]).MigrateAsync(deployer, NoPasswords, report: null, Token);

        Assert.Equal([Media], outcome.Applied);
        Assert.Empty(again.Applied);
        Assert.Contains("ALTER ROLE mcp_backup REPLICATION", Assert.Single(outcome.Notices), StringComparison.Ordinal);
        await using var app = await OpenAsync(As("mcp_app", "it's;--%", database));
        await app.ExecuteAsync("INSERT INTO worker.media VALUES ('a')");
    }

    [Fact]
    public async Task A_user_who_may_not_create_roles_is_given_the_sql_to_hand_on()
    {
        await using var own = new PostgresServer();
        var database = await own.CreateDatabaseAsync(migrated: false, Token);
        await using var superuser = await OpenAsync(database.OwnerConnectionString);
        await superuser.ExecuteAsync("CREATE ROLE visitor LOGIN PASSWORD 'v'");
        var visitor = As("visitor", "v", database);

        var refusal = await Assert.ThrowsAsync<MigrationException>(() =>
            new Migrator([Media]).MigrateAsync(visitor, new RolePasswords("secret-a", "secret-b"), report: null, Token));

        Assert.Contains("CREATE ROLE mcp_owner NOLOGIN;", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("GRANT mcp_owner TO visitor;", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refusal.Message, StringComparison.Ordinal);

        var cure = string.Join('\n', refusal.Message.Split('\n').Where(line => line.EndsWith(';')));
        await superuser.ExecuteAsync(cure);
        var outcome = await new Migrator([Media]).MigrateAsync(visitor, NoPasswords, report: null, Token);
        Assert.Equal([Media], outcome.Applied);
    }

    [Fact]
    public async Task Passwords_are_stored_as_verifiers_and_rewritten_only_when_they_changed()
    {
        await using var own = new PostgresServer();
        var database = await own.CreateDatabaseAsync(migrated: false, Token);
        await using var superuser = await OpenAsync(database.OwnerConnectionString);

        var first = await VerifierAfterAsync("one");
        var same = await VerifierAfterAsync("one");
        var left = await VerifierAfterAsync("");
        var changed = await VerifierAfterAsync("two");

        Assert.StartsWith("SCRAM-SHA-256$4096:", first, StringComparison.Ordinal);
        Assert.Equal(first, same);
        Assert.Equal(first, left);
        Assert.NotEqual(first, changed);
        await (await OpenAsync(As("mcp_app", "two", database))).DisposeAsync();

        async Task<string?> VerifierAfterAsync(string password)
        {
            await new Migrator([]).MigrateAsync(database.OwnerConnectionString, new RolePasswords(password, ""), report: null, Token);
            return await superuser.ExecuteScalarAsync<string>("SELECT rolpassword FROM pg_authid WHERE rolname = 'mcp_app'");
        }
    }

    private static string As(string user, string password, TestDatabase database) =>
        new NpgsqlConnectionStringBuilder(database.OwnerConnectionString) { Username = user, Password = password }.ConnectionString;

    private static async Task<NpgsqlConnection> OpenAsync(string connectionString)
    {
        var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(Token);
        return connection;
    }

    private static async Task AssertForbiddenAsync(NpgsqlConnection connection, string sql)
    {
        var refusal = await Assert.ThrowsAsync<PostgresException>(() => connection.ExecuteAsync(sql));
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refusal.SqlState);
    }
}
