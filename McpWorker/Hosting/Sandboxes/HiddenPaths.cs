using Microsoft.Extensions.Options;
using ServiceDefaults.Settings.Catalog;

namespace McpWorker.Hosting.Sandboxes;

/// <summary>
/// What a server in bubblewrap does not see of the machine though its root is there to read: where people and services keep
/// their own things, sockets of other programs (a read-only file system does not keep anybody from connecting to them), and
/// everything of the platform's.
/// </summary>
internal sealed class HiddenPaths(IOptions<ServerOptions> server, IOptions<StorageOptions> storage, IHostEnvironment host)
{
    private static readonly string[] OfTheMachine =
    [
        "/home", "/root", "/run", "/tmp", "/var", "/mnt", "/media", "/vault", "/boot",
        "/etc/mcp-server", "/etc/secrets", "/etc/kubernetes", "/etc/rancher", "/etc/docker", "/etc/ssl/private", "/etc/ssh",
    ];

    private static readonly string[] OfTheSystem = ["/", "/bin", "/etc", "/lib", "/opt", "/sbin", "/srv", "/usr"];

    private static readonly string[] FoldersOfThePlatform = [".local", "configs"];

    private static readonly string[] FilesOfThePlatform = [".env", ".env.*", "appsettings*.json"];

    /// <summary>Folders and files that are there, links resolved.</summary>
    public IReadOnlyList<string> Find() =>
    [
        .. OfTheMachine.Append(HomeFolder).Concat(OfSettings()).Concat(OfPlatform()).Concat(OfSecretFiles())
            .Where(path => path.Length > 0)
            .Select(RealPath.Of).OfType<string>()
            .Except(OfTheSystem, StringComparer.Ordinal),
    ];

    private static string HomeFolder => Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);

    private IEnumerable<string> OfSettings() =>
    [
        server.Value.ConfigDirectory, server.Value.ConfigPath, storage.Value.AuditDirectory, storage.Value.BackupDirectory, storage.Value.AdminKeyFile, Path.GetTempPath(),
    ];

    /// <summary>The folders settings and local state are looked for in: the content root, that of the executable, and those above it.</summary>
    private IEnumerable<string> OfPlatform()
    {
        foreach (var place in Above(host.ContentRootPath).Concat(Above(AppContext.BaseDirectory)).Distinct(StringComparer.Ordinal))
        {
            foreach (var folder in FoldersOfThePlatform)
            {
                yield return Path.Combine(place, folder);
            }

            foreach (var file in FilesOfThePlatform.SelectMany(pattern => Files(place, pattern)))
            {
                yield return file;
            }
        }
    }

    /// <summary>A folder that holds a secret mostly holds others; one of the system's stays and loses the file.</summary>
    private static IEnumerable<string> OfSecretFiles()
    {
        foreach (System.Collections.DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            if (variable is { Key: string name, Value: string path } && name.EndsWith("_FILE", StringComparison.Ordinal) && Path.IsPathRooted(path) && File.Exists(path))
            {
                yield return path;
                yield return RealPath.Of(Path.GetDirectoryName(path)!) is { } folder && !OfTheSystem.Contains(folder) ? folder : "";
            }
        }
    }

    private static IEnumerable<string> Above(string folder)
    {
        for (var current = new DirectoryInfo(folder); current?.Parent is not null; current = current.Parent)
        {
            yield return current.FullName;
        }
    }

    private static string[] Files(string folder, string pattern)
    {
        try
        {
            return Directory.GetFiles(folder, pattern);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
