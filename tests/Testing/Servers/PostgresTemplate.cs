namespace Testing;

/// <summary>An empty data folder, made once per machine, user and PostgreSQL installation: initdb takes seconds, a copy does not.</summary>
internal static class PostgresTemplate
{
    private const string Authentication = """
        # Only the test's own user can reach the socket; everybody else needs the random password.
        local all         all              trust
        local replication all              trust
        host  all         all 127.0.0.1/32 scram-sha-256
        host  replication all 127.0.0.1/32 scram-sha-256
        """;

    public static async Task<string> GetAsync(CancellationToken cancellationToken)
    {
        var version = File.GetLastWriteTimeUtc(PostgresBinaries.PathOf("postgres")).Ticks;
        var template = Path.Combine(TestFolders.Root, $"template-{version:x}");
        if (Directory.Exists(template))
        {
            return template;
        }

        await ServerUser.RunAsync(["mkdir", "-p", "-m", "700", TestFolders.Root], cancellationToken);
        var made = TestFolders.New("initdb");
        await ServerUser.RunAsync(
            [
                PostgresBinaries.PathOf("initdb"), "--no-sync", "--no-locale", "--encoding=UTF8", "--no-instructions",
                $"--username={PostgresCluster.Superuser}", "--auth=scram-sha-256", "--auth-local=trust", "-D", made,
            ],
            cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(made, "pg_hba.conf"), Authentication, cancellationToken);

        // Renaming is atomic and fails on a folder with content, so the first of two that started at once wins.
        if (!await ServerUser.TryRunAsync(["mv", "-T", made, template], cancellationToken))
        {
            TestFolders.Delete(made);
        }

        return template;
    }
}
