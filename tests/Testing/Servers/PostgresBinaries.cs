using System.Globalization;

namespace Testing;

/// <summary>Finds PostgreSQL's programs: on PATH, else the highest version a Debian package installed.</summary>
public static class PostgresBinaries
{
    private const string DebianFolder = "/usr/lib/postgresql";

    /// <summary>The folder that holds <c>postgres</c>, <c>initdb</c>, <c>pg_dump</c> and the others.</summary>
    /// <exception cref="InvalidOperationException">There is none; the message says how to install it.</exception>
    public static string Folder { get; } = Find()
        ?? throw new InvalidOperationException("No PostgreSQL server on this machine. Debian: apt-get install postgresql");

    public static string PathOf(string program) => Path.Combine(Folder, program);

    private static string? Find()
    {
        var onPath = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        var installed = Directory.Exists(DebianFolder)
            ? Directory.GetDirectories(DebianFolder).OrderByDescending(Version).Select(folder => Path.Combine(folder, "bin"))
            : [];
        return onPath.Concat(installed).FirstOrDefault(folder => folder.Length > 0 && File.Exists(Path.Combine(folder, "initdb")));
    }

    private static double Version(string folder) =>
        double.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var version) ? version : 0;
}
