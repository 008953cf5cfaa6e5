using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;

namespace BackupService.Postgres;

/// <summary>Where client tools are looked for, in order. Default: PATH, then Debian's versioned directories, newest first.</summary>
internal sealed record ToolDirectories(IReadOnlyList<string> Directories)
{
    private const string Versioned = "/usr/lib/postgresql";

    public static ToolDirectories OfThisMachine() => new(
    [
        .. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries),
        .. Directory.Exists(Versioned)
            ? Directory.GetDirectories(Versioned)
                .OrderByDescending(path => int.TryParse(Path.GetFileName(path), CultureInfo.InvariantCulture, out var major) ? major : 0)
                .Select(path => Path.Combine(path, "bin"))
            : [],
    ]);
}

/// <summary>A pg_dump and the pg_restore beside it.</summary>
internal sealed record ClientTools(string Dump, string Restore, string Version)
{
    public int Major => int.Parse(Version.Split('.', ' ', 'b', 'd', 'r')[0], CultureInfo.InvariantCulture);
}

/// <summary>Finds client tools that are new enough for a server (S-276): an older pg_dump refuses a newer server.</summary>
internal sealed partial class PostgresTools(ToolDirectories directories)
{
    private static readonly string Suffix = OperatingSystem.IsWindows() ? ".exe" : "";

    // A tool is asked for its version once; a package upgrade changes the file's time.
    private readonly ConcurrentDictionary<(string Path, DateTime Written), string?> _versions = new();

    /// <exception cref="BackupException">None is there, or all are older than the server.</exception>
    public async Task<ClientTools> FindAsync(int serverMajor, CancellationToken cancellationToken)
    {
        ClientTools? tooOld = null;

        foreach (var directory in directories.Directories)
        {
            var dump = Path.Combine(directory, "pg_dump" + Suffix);
            var restore = Path.Combine(directory, "pg_restore" + Suffix);

            if (!File.Exists(dump) || !File.Exists(restore) || await VersionAsync(dump, cancellationToken) is not { } version)
            {
                continue;
            }

            var tools = new ClientTools(dump, restore, version);
            if (tools.Major >= serverMajor)
            {
                return tools;
            }

            tooOld ??= tools;
        }

        throw new BackupException(BackupFailure.Configuration, tooOld is null
            ? $"pg_dump and pg_restore are not installed. Install postgresql-client-{serverMajor}."
            : $"The server is PostgreSQL {serverMajor}, but {tooOld.Dump} is version {tooOld.Version}. Install postgresql-client-{serverMajor} or newer.");
    }

    private async Task<string?> VersionAsync(string path, CancellationToken cancellationToken)
    {
        var key = (path, File.GetLastWriteTimeUtc(path));
        if (_versions.TryGetValue(key, out var known))
        {
            return known;
        }

        using var process = ToolProcess.Start(path, ["--version"]);
        using var reader = new StreamReader(process.Output);
        var match = VersionText().Match(await reader.ReadToEndAsync(cancellationToken));
        await process.WaitAsync(cancellationToken);

        // pg_dump (PostgreSQL) 15.13 (Debian 15.13-0+deb12u1)
        return _versions[key] = match.Success ? match.Groups["version"].Value : null;
    }

    [GeneratedRegex(@"\(PostgreSQL\) (?<version>[0-9]+[0-9a-z.]*)", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex VersionText();
}
