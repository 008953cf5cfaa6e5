using Microsoft.Win32.SafeHandles;
using ServiceDefaults.Settings;

namespace McpGateway.Audit;

/// <summary>
/// One process's folder of segments. The lock file in it is held open without sharing for as long as the process lives;
/// the system lets go of it even after a kill, so whoever can open it may take the folder over.
/// </summary>
internal sealed class SpoolFolder : IDisposable
{
    public const string Extension = ".jsonl";

    private const string LockName = "lock";

    private readonly FileStream _lock;

    private SpoolFolder(string path, FileStream @lock)
    {
        Path = path;
        _lock = @lock;
    }

    public string Path { get; }

    /// <exception cref="SettingsException">The folder cannot be written to.</exception>
    public static SpoolFolder Create(string root, string name)
    {
        try
        {
            var path = System.IO.Path.Combine(System.IO.Path.GetFullPath(root), name);
            Directory.CreateDirectory(path);
            return new SpoolFolder(path, OpenLock(path));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new SettingsException(
            [
                new SettingError(
                    "MCP_AUDIT_DIR", $"names '{root}', which cannot be written: {exception.Message}", "audit",
                    "Create the directory for the user the gateway runs as, or name another one."),
            ]);
        }
    }

    /// <summary>Takes over the folders of processes that are gone.</summary>
    public static IEnumerable<SpoolFolder> TakeOrphans(string root)
    {
        foreach (var path in Directory.EnumerateDirectories(System.IO.Path.GetFullPath(root)).ToArray())
        {
            if (TryTake(path) is { } folder)
            {
                yield return folder;
            }
        }
    }

    /// <summary>The segments in a folder, oldest first.</summary>
    public static IReadOnlyList<string> Segments(string path) =>
        [.. Directory.EnumerateFiles(path, "*" + Extension).Order(StringComparer.Ordinal)];

    /// <summary>A new file only this user may read.</summary>
    public static SafeFileHandle CreateFile(string path)
    {
        var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        return file;
    }

    /// <summary>Deletes the folder, once nothing in it is wanted any more.</summary>
    public void Delete()
    {
        Dispose();
        File.Delete(System.IO.Path.Combine(Path, LockName));
        Directory.Delete(Path);
    }

    public void Dispose() => _lock.Dispose();

    private static SpoolFolder? TryTake(string path)
    {
        try
        {
            return new SpoolFolder(path, OpenLock(path));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Its owner lives, or somebody else was faster.
            return null;
        }
    }

    private static FileStream OpenLock(string path) =>
        new(System.IO.Path.Combine(path, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
}
