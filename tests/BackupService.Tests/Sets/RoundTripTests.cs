using System.Security.Cryptography;
using BackupService.Encryption;
using BackupService.Postgres;
using BackupService.Sets;
using Dapper;
using Npgsql;
using ServiceDefaults;
using Testing;

namespace BackupService.Tests.Sets;

public sealed class RoundTripTests(PostgresServer postgres) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    [Trait("Requirement", "S-257")]
    public async Task A_backup_becomes_a_verified_set_whose_manifest_tells_the_truth()
    {
        var database = await postgres.CreateDatabaseAsync(migrated: true, Token);
        using var host = new BackupHost(database, _folder);

        var set = await host.BackUpAsync();

        var file = Assert.Single(set.Manifest.Files);
        var stored = await File.ReadAllBytesAsync(host.PathOf(set, file.Path), Token);
        Assert.Equal($"db_{set.Id}.dump.enc", file.Path);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(stored)), file.StoredSha256);
        Assert.Equal(stored.Length, file.StoredSize);
        Assert.True(file.PlainSize > 0);
        Assert.Equal(ProductVersion.Current, set.Manifest.ProductVersion);
        Assert.Equal(200, set.Manifest.SchemaVersion);
        Assert.Contains("gateway.audit_log", set.Manifest.RowCounts.Keys);
        Assert.True(set.IsVerified);
        Assert.Equal(set.Id, host.Latest);
        Assert.Equal(set.Id, Assert.Single(host.Catalog.List().Sets).Id);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(_folder, "tmp")));
    }

    [Fact]
    [Trait("Requirement", "S-258")]
    public async Task The_decrypted_dump_restores_to_the_counted_rows_of_one_moment()
    {
        var database = await postgres.CreateDatabaseAsync(migrated: true, Token);
        await ExecuteAsync(database, "CREATE TABLE worker.big AS SELECT i AS id, repeat('x', 100) AS text FROM generate_series(1, 5000) i; GRANT SELECT ON worker.big TO mcp_backup");
        using var tools = new TemporaryFolder();

        // The rows added between snapshot and dump must be neither counted nor dumped.
        var add = $"PGPASSWORD={BackupHost.PasswordOf(database.OwnerConnectionString)} $(dirname $REAL)/psql -qU postgres -c 'INSERT INTO worker.big SELECT i FROM generate_series(1, 77) i' >&2 || exit 9";
        var dumpAfterAdding = await FakeTools.CreateAsync(tools, "99.0", $"{add}\nexec $REAL \"$@\"");
        using var host = new BackupHost(database, _folder, dumpAfterAdding);

        var set = await host.BackUpAsync();

        var restored = await postgres.CreateDatabaseAsync(migrated: false, Token);
        await RestoreAsync(host, set, restored);
        Assert.Equal(5000, set.Manifest.RowCounts["worker.big"]);
        Assert.Equal(set.Manifest.RowCounts, await CountRowsAsync(restored));
    }

    [Fact]
    [Trait("Requirement", "S-268")]
    public async Task Latest_leads_to_the_newest_verified_set_and_a_failed_run_does_not_move_it()
    {
        var database = await postgres.CreateDatabaseAsync(migrated: true, Token);
        using var host = new BackupHost(database, _folder);
        await host.BackUpAsync();
        var second = await host.BackUpAsync();
        using var tools = new TemporaryFolder();
        using var broken = new BackupHost(database, _folder, await FakeTools.CreateAsync(tools, "99.0", "exit 1"));

        await broken.FailToBackUpAsync();

        Assert.Equal(second.Id, host.Latest);
        Assert.True(File.Exists(Path.Combine(_folder, "latest", SetManifest.FileName)));
    }

    [Fact]
    [Trait("Requirement", "S-267")]
    public async Task The_directory_is_made_for_its_owner_alone()
    {
        var database = await postgres.CreateDatabaseAsync(migrated: true, Token);
        var directory = Path.Combine(_folder, "not", "there", "yet");
        using var host = new BackupHost(database, directory);

        var set = await host.BackUpAsync();

        const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(directory));
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(host.Catalog.DirectoryOf(set.Id)));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(host.PathOf(set, set.Manifest.Files[0].Path)));
    }

    [Fact]
    [Trait("Requirement", "S-272")]
    public async Task Every_run_and_verification_is_recorded_and_audited()
    {
        var database = await postgres.CreateDatabaseAsync(migrated: true, Token);
        using var host = new BackupHost(database, _folder);
        var set = await host.BackUpAsync();
        using var tools = new TemporaryFolder();
        using var broken = new BackupHost(database, _folder, await FakeTools.CreateAsync(tools, "99.0", "echo 'no space in tests' >&2; exit 3"));

        await broken.FailToBackUpAsync();

        await using var connection = new NpgsqlConnection(database.OwnerConnectionString);
        var runs = (await connection.QueryAsync<(string Status, string Actor, string? Fault)>("SELECT status, actor, fault FROM backup.sets ORDER BY started_at")).ToList();
        Assert.Equal(("Verified", "tester", null), runs[0]);
        Assert.Equal("Failed", runs[1].Status);
        Assert.Contains("no space in tests", runs[1].Fault, StringComparison.Ordinal);

        var audited = (await connection.QueryAsync<(string User, string Action, string Resource, string Result, string? Request)>(
            "SELECT user_name, action, resource, result, request_id FROM gateway.audit_log WHERE event_type = 'backup' ORDER BY sequence")).ToList();
        Assert.Equal(("tester", "backup.run", set.Id, "success", "request-1"), audited[0]);
        Assert.Equal("failure", audited[1].Result);
    }

    [Fact]
    public async Task A_database_without_the_products_schema_can_be_backed_up_before_its_first_migration()
    {
        var database = await postgres.CreateDatabaseAsync(migrated: false, Token);
        await ExecuteAsync(database, "CREATE TABLE legacy (id int); INSERT INTO legacy VALUES (1), (2)");
        using var host = new BackupHost(database, _folder, settings: new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["ConnectionStrings:mcpdb"] = database.OwnerConnectionString,
            ["MCP_DATABASE_BACKUP_PASSWORD"] = "",
        });

        var outcome = await host.Runner.RunAsync(host.Runner.Begin(BackupHost.Tester), Token);

        Assert.False(outcome.IsRecorded);
        Assert.Null(outcome.Set.Manifest.SchemaVersion);
        Assert.Equal(2, outcome.Set.Manifest.RowCounts["public.legacy"]);
    }

    private static async Task RestoreAsync(BackupHost host, SetEntry set, TestDatabase target)
    {
        var path = set.Manifest.Files[0].Path;
        await using var file = File.OpenRead(host.PathOf(set, path));
        await using var decrypted = await EncryptedFile.OpenAsync(file, host.Get<PassphraseKeys>(), set.Id, path, Token);

        var settings = new NpgsqlConnectionStringBuilder(target.OwnerConnectionString);
        using var restore = ToolProcess.Start(
            (await FakeTools.RealAsync()).Restore,
            [$"--dbname={settings.Database}", $"--host={settings.Host}", $"--port={settings.Port}", $"--username={settings.Username}", "--exit-on-error"],
            new Dictionary<string, string>(StringComparer.Ordinal) { ["PGPASSWORD"] = settings.Password! });
        await decrypted.CopyToAsync(restore.Input, Token);
        restore.Input.Close();
        var exit = await restore.WaitAsync(Token);
        Assert.True(exit.IsSuccess, exit.ToString());
    }

    private static async Task<SortedDictionary<string, long>> CountRowsAsync(TestDatabase database)
    {
        await using var connection = new NpgsqlConnection(database.OwnerConnectionString);
        var tables = await connection.QueryAsync<string>(
            "SELECT schemaname || '.' || relname FROM pg_stat_user_tables");
        var counts = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var table in tables)
        {
            counts[table] = await connection.ExecuteScalarAsync<long>($"SELECT count(*) FROM {table}");
        }

        return counts;
    }

    private static async Task ExecuteAsync(TestDatabase database, string sql)
    {
        await using var connection = new NpgsqlConnection(database.OwnerConnectionString);
        await connection.ExecuteAsync(sql);
    }
}
