using System.Text.Json;
using Testing;

namespace BackupService.Tests.Commands;

public sealed class VerbTests(PostgresServer postgres) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    [Trait("Requirement", "S-273")]
    public async Task A_backup_is_listed_described_and_verified_by_the_published_program()
    {
        var settings = BackupHost.SettingsFor(await postgres.CreateDatabaseAsync(migrated: true, Token), _folder);

        var backup = await Verb.RunAsync(settings, "backup", "--json");
        Assert.True(backup.ExitCode == 0, backup.Errors);
        var id = JsonDocument.Parse(backup.Output).RootElement.GetProperty("summary").GetProperty("id").GetString()!;
        var list = await Verb.RunAsync(settings, "list", "--json");
        var info = await Verb.RunAsync(settings, "info", id);
        var verify = await Verb.RunAsync(settings, "verify", id);

        var listed = JsonDocument.Parse(list.Output).RootElement;
        Assert.Equal(id, listed.GetProperty("latest").GetString());
        var set = Assert.Single(listed.GetProperty("sets").EnumerateArray());
        Assert.True(set.GetProperty("verified").GetBoolean());
        Assert.Equal("Verified", set.GetProperty("status").GetString());
        Assert.True(set.GetProperty("storedBytes").GetInt64() > 0);
        Assert.Contains("Rows ", info.Output, StringComparison.Ordinal);
        Assert.Equal((0, 0, 0), (list.ExitCode, info.ExitCode, verify.ExitCode));
    }

    [Fact]
    [Trait("Requirement", "S-271")]
    public async Task Each_failure_has_its_exit_code_and_one_sentence()
    {
        var database = await postgres.CreateDatabaseAsync(migrated: true, Token);
        var settings = BackupHost.SettingsFor(database, _folder);
        using var host = new BackupHost(database, _folder);

        var nothingYet = await Verb.RunAsync(settings, "list");
        var set = await host.BackUpAsync();
        var wrongKey = await Verb.RunAsync(Changed(settings, "MCP_BACKUP_PASSPHRASE", "quite another passphrase"), "list");
        var noKey = await Verb.RunAsync(Changed(settings, "MCP_BACKUP_PASSPHRASE", ""), "list");
        var unreachable = await Verb.RunAsync(
            Changed(settings, "ConnectionStrings:mcpdb", "Host=127.0.0.1;Port=1;Database=x;Username=y;Password=z;Timeout=2"), "backup");
        var noSuchId = await Verb.RunAsync(settings, "info", "../../etc");
        var noSuchVerb = await Verb.RunAsync(settings, "destroy");

        int locked;
        using (host.Runner.Begin(BackupHost.Tester))
        {
            locked = (await Verb.RunAsync(settings, "backup")).ExitCode;
        }

        await File.AppendAllTextAsync(host.PathOf(set, set.Manifest.Files[0].Path), "x", Token);
        var tampered = await Verb.RunAsync(settings, "verify", set.Id);

        Assert.Equal(
            [10, 12, 78, 14, 2, 2, 11, 13],
            [nothingYet.ExitCode, wrongKey.ExitCode, noKey.ExitCode, unreachable.ExitCode, noSuchId.ExitCode, noSuchVerb.ExitCode, locked, tampered.ExitCode]);
        Assert.Contains(set.Manifest.Files[0].Path, tampered.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", tampered.Errors + unreachable.Errors + wrongKey.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_killed_backup_leaves_no_set_no_lock_and_no_password()
    {
        var database = await postgres.CreateDatabaseAsync(migrated: true, Token);
        using var tools = new TemporaryFolder();
        var started = new TaskCompletionSource();
        using var watcher = new FileSystemWatcher(tools, "started");
        watcher.Created += (_, _) => started.TrySetResult();
        watcher.EnableRaisingEvents = true;
        await FakeTools.CreateAsync(tools, "99.0", $"head -c 1000000 /dev/zero; echo > {tools.File("started")}; cat /dev/zero");
        var settings = BackupHost.SettingsFor(database, _folder);

        using (var verb = Verb.Start(Changed(settings, "PATH", $"{tools.Path}:{Environment.GetEnvironmentVariable("PATH")}"), "backup"))
        {
            await started.Task.WaitAsync(TimeSpan.FromSeconds(30), Token);
            await verb.KillAsync();
        }

        Assert.NotEmpty(Directory.EnumerateDirectories(Path.Combine(_folder, "tmp")));
        var next = await Verb.RunAsync(settings, "backup");
        var list = await Verb.RunAsync(settings, "list", "--json");

        Assert.True(next.ExitCode == 0, next.Errors);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(_folder, "tmp")));
        Assert.Single(JsonDocument.Parse(list.Output).RootElement.GetProperty("sets").EnumerateArray());
    }

    [Theory]
    [InlineData("backup", "11 another backup is running")]
    [InlineData("list", "10 no repository")]
    [InlineData("info", "13 changed or damaged")]
    [InlineData("verify", "12 wrong passphrase")]
    public async Task The_help_of_a_verb_names_its_exit_codes(string verb, string code)
    {
        var help = await Verb.RunAsync(new Dictionary<string, string?>(StringComparer.Ordinal), verb, "--help");

        Assert.Equal(0, help.ExitCode);
        Assert.Contains(code, help.Output.ReplaceLineEndings(" "), StringComparison.Ordinal);
    }

    private static Dictionary<string, string?> Changed(Dictionary<string, string?> settings, string key, string value) =>
        new(settings, StringComparer.Ordinal) { [key] = value };
}
