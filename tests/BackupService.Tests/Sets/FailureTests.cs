using BackupService.Sets;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Testing;

namespace BackupService.Tests.Sets;

public sealed class FailureTests(PostgresServer postgres) : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TemporaryFolder _tools = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _folder.Dispose();
        _tools.Dispose();
    }

    [Theory]
    [InlineData("head -c 100000 /dev/zero; echo 'connection lost' >&2; exit 1", "ended with exit code 1: connection lost")]
    [InlineData("head -c 100000 /dev/zero; kill -9 $$", "was ended by signal 9")]
    [InlineData("exit 0", "wrote nothing")]
    [Trait("Requirement", "S-258")]
    public async Task A_pg_dump_that_fails_on_the_way_leaves_no_set(string dump, string reason)
    {
        var database = await postgres.CreateDatabaseAsync(migrated: true, Token);
        using var host = new BackupHost(database, _folder, await FakeTools.CreateAsync(_tools, "99.0", dump));

        var failure = await host.FailToBackUpAsync();

        Assert.Equal(BackupFailure.Failed, failure.Failure);
        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
        AssertNothingIsLeft(host);
    }

    [Fact]
    public async Task A_dump_that_pg_restore_cannot_read_is_kept_but_never_latest()
    {
        var database = await postgres.CreateDatabaseAsync(migrated: true, Token);
        using var host = new BackupHost(database, _folder, await FakeTools.CreateAsync(_tools, "99.0", "$REAL \"$@\" | head -c 3000"));

        var failure = await host.FailToBackUpAsync();

        Assert.Equal(BackupFailure.Tampered, failure.Failure);
        Assert.Contains("the dump cannot be read: pg_restore ended with exit code 1", failure.Message, StringComparison.Ordinal);
        Assert.Equal(SetStatus.Failed, Assert.Single(host.Catalog.List().Sets).Status);
        Assert.Null(host.Latest);
    }

    [Fact]
    public async Task The_password_goes_through_a_private_file_and_nothing_else()
    {
        var database = await postgres.CreateDatabaseAsync(migrated: true, Token);
        var seen = _tools.File("seen");
        var look = $"{{ echo \"$@\"; env; stat -c 'mode %a' \"$PGPASSFILE\"; echo \"$PGPASSFILE\" > {_tools.File("name")}; }} > {seen}\nexec $REAL \"$@\"";
        using var host = new BackupHost(database, _folder, await FakeTools.CreateAsync(_tools, "99.0", look));

        var set = await host.BackUpAsync();

        var text = await File.ReadAllTextAsync(seen, Token);
        Assert.Contains("--format=custom", text, StringComparison.Ordinal);
        Assert.Contains("mode 600", text, StringComparison.Ordinal);
        Assert.DoesNotContain(BackupHost.PasswordOf(database.BackupConnectionString), text, StringComparison.Ordinal);
        Assert.DoesNotContain(BackupHost.Passphrase, text, StringComparison.Ordinal);
        Assert.False(File.Exists((await File.ReadAllTextAsync(_tools.File("name"), Token)).Trim()));
        Assert.Equal(
            [set.Manifest.Files[0].Path, SetManifest.FileName, SetVerification.FileName],
            Directory.EnumerateFiles(host.Catalog.DirectoryOf(set.Id)).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_full_disk_is_named_and_leaves_no_set()
    {
        var database = await postgres.CreateDatabaseAsync(migrated: true, Token);
        using var host = new BackupHost(database, _folder, services => services.AddSingleton<NewSetFile>(
            _ => new FileStream("/dev/full", FileMode.Open, FileAccess.Write)));

        var failure = await host.FailToBackUpAsync();

        Assert.Equal(BackupFailure.DiskFull, failure.Failure);
        AssertNothingIsLeft(host);
    }

    [Fact]
    public async Task A_database_that_cannot_be_reached_is_named()
    {
        var database = await postgres.CreateDatabaseAsync(migrated: true, Token);
        var settings = new NpgsqlConnectionStringBuilder(database.AppConnectionString) { Port = 1, Timeout = 2 };
        using var host = new BackupHost(database, _folder, settings: new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["ConnectionStrings:mcpdb"] = settings.ConnectionString,
        });

        var failure = await host.FailToBackUpAsync();

        Assert.Equal(BackupFailure.SourceUnreachable, failure.Failure);
        Assert.Contains("127.0.0.1:1", failure.Message, StringComparison.Ordinal);
        AssertNothingIsLeft(host);
    }

    [Fact]
    public async Task A_cancelled_run_leaves_no_set_and_stops_pg_dump()
    {
        var database = await postgres.CreateDatabaseAsync(migrated: true, Token);
        var pid = _tools.File("pid");
        using var host = new BackupHost(database, _folder, await FakeTools.CreateAsync(_tools, "99.0", $"mkfifo {pid}.go; echo $$ > {pid}.new; mv {pid}.new {pid}; head -c 1000000 /dev/zero; read x < {pid}.go"));
        using var cancel = new CancellationTokenSource();
        using var watcher = new FileSystemWatcher(_tools, "pid");
        watcher.Renamed += (_, _) => cancel.Cancel();
        watcher.EnableRaisingEvents = true;

        var failure = await Assert.ThrowsAsync<BackupException>(() => host.Runner.RunAsync(host.Runner.Begin(BackupHost.Tester), cancel.Token));

        Assert.Equal(BackupFailure.Cancelled, failure.Failure);
        Assert.False(Directory.Exists($"/proc/{(await File.ReadAllTextAsync(pid, Token)).Trim()}"));
        AssertNothingIsLeft(host);
    }

    [Fact]
    [Trait("Requirement", "S-272")]
    public async Task Of_two_runs_in_one_directory_the_second_is_told_to_wait()
    {
        var database = await postgres.CreateDatabaseAsync(migrated: true, Token);
        using var one = new BackupHost(database, _folder);
        using var other = new BackupHost(database, _folder);
        var run = one.Runner.Begin(BackupHost.Tester);

        var refusal = await other.FailToBackUpAsync();
        await one.Runner.RunAsync(run, Token);
        await other.BackUpAsync();

        Assert.Equal(BackupFailure.Locked, refusal.Failure);
        Assert.Equal(2, other.Catalog.List().Sets.Count);
    }

    [Fact]
    public async Task Of_two_runs_of_one_database_into_two_directories_the_second_is_told_to_wait()
    {
        var database = await postgres.CreateDatabaseAsync(migrated: true, Token);
        using var elsewhere = new TemporaryFolder();
        using var one = new BackupHost(database, _folder);
        using var other = new BackupHost(database, elsewhere);
        await using var snapshot = await BackupService.Postgres.DatabaseSnapshot.OpenAsync(
            one.Get<BackupService.Postgres.SourceDatabase>(), Token);

        var refusal = await other.FailToBackUpAsync();

        Assert.Equal(BackupFailure.Locked, refusal.Failure);
        AssertNothingIsLeft(other);
    }

    [Fact]
    public async Task What_a_dead_run_left_is_swept_and_its_record_closed()
    {
        var database = await postgres.CreateDatabaseAsync(migrated: true, Token);
        using var host = new BackupHost(database, _folder);
        var dead = host.Runner.Begin(BackupHost.Tester);
        await host.Get<RunRecords>().StartedAsync(dead, Token);
        var leftover = Path.Combine(_folder, "tmp", dead.Id);
        Directory.CreateDirectory(leftover);
        await File.WriteAllTextAsync(Path.Combine(leftover, ".pgpass"), "secret", Token);
        dead.Dispose();

        await host.BackUpAsync();

        Assert.False(Directory.Exists(leftover));
        await using var connection = new NpgsqlConnection(database.OwnerConnectionString);
        Assert.Equal(["Failed", "Verified"], await connection.QueryAsync<string>("SELECT status FROM backup.sets ORDER BY started_at"));
    }

    [Fact]
    public async Task A_directory_without_a_manifest_is_no_set()
    {
        var database = await postgres.CreateDatabaseAsync(migrated: true, Token);
        using var host = new BackupHost(database, _folder);
        var set = await host.BackUpAsync();
        Directory.CreateDirectory(Path.Combine(_folder, "sets", "20990101_000000"));

        var listing = host.Catalog.List();

        Assert.Equal(set.Id, Assert.Single(listing.Sets).Id);
        Assert.Equal("20990101_000000", Assert.Single(listing.Refused).Id);
    }

    [Fact]
    [Trait("Requirement", "S-267")]
    public async Task A_directory_that_cannot_be_written_is_named()
    {
        var database = await postgres.CreateDatabaseAsync(migrated: true, Token);
        using var host = new BackupHost(database, "/proc/backups");

        var refusal = Assert.Throws<BackupException>(() => host.Runner.Begin(BackupHost.Tester));

        Assert.Equal(BackupFailure.Configuration, refusal.Failure);
        Assert.Contains("'/proc/backups' (MCP_BACKUP_DIR) cannot be written", refusal.Message, StringComparison.Ordinal);
    }

    private static void AssertNothingIsLeft(BackupHost host)
    {
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(host.Directory, "sets")));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(host.Directory, "tmp")));
        Assert.Empty(host.Catalog.List().Sets);
        host.Runner.SweepIfIdle();
    }
}
