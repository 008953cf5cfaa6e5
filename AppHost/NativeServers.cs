using ServiceDefaults.Database;

namespace AppHost;

/// <summary>Finds the machine's own servers. Empty: not installed; the start script then names the package.</summary>
internal static class NativeServers
{
    private static readonly string[] PostgresHomes = ["/usr/lib/postgresql", "/usr/local/lib/postgresql", "/opt/homebrew/opt", "/usr/local/opt"];

    /// <summary>Folder of the newest PostgreSQL server of at least major version 15, as Debian, Homebrew and PATH have it.</summary>
    public static string FindPostgres() =>
        PostgresHomes
            .Where(Directory.Exists)
            .SelectMany(Directory.GetDirectories)
            .Select(folder => (Major: MajorOf(Path.GetFileName(folder)), Bin: Path.Combine(folder, "bin")))
            .Where(server => server.Major >= PostgresRelease.OldestNative && File.Exists(Path.Combine(server.Bin, "postgres")))
            .OrderByDescending(server => server.Major)
            .Select(server => server.Bin)
            .FirstOrDefault()
        ?? Path.GetDirectoryName(OnPath("postgres"))
        ?? "";

    public static string FindRedis() => OnPath("redis-server") ?? OnPath("valkey-server") ?? "";

    // Debian names the folder 15, Homebrew postgresql@15.
    private static int MajorOf(string folder) =>
        int.TryParse(folder.StartsWith("postgresql@", StringComparison.Ordinal) ? folder["postgresql@".Length..] : folder, out var major) ? major : 0;

    private static string? OnPath(string name) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Append("/usr/sbin")
        .Select(folder => Path.Combine(folder, name))
        .FirstOrDefault(File.Exists);
}
