using System.Runtime.Versioning;
using McpWorker.Hosting.Processes;

namespace McpWorker.Hosting.Sandboxes;

/// <summary>
/// Folders of hosted servers that have no file system of their own: one of this worker, in it one for each start. What a killed
/// worker left is deleted by the next; a lock on a file in it says whose worker lives.
/// </summary>
internal sealed class PrivateFolders : IDisposable
{
    private const string Prefix = "mcp-hosted-";
    private const string LockFile = "worker.lock";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private const UnixFileMode Passable = OwnerOnly | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private readonly Lock _gate = new();
    private FileStream? _lock;
    private string? _root;

    /// <param name="owner">User id it belongs to; null: the worker's.</param>
    public PrivateFolder Make(int? owner)
    {
        var path = Path.Combine(Root(), Guid.NewGuid().ToString("N"));
        var folder = new PrivateFolder(path);
        foreach (var part in (string[])[path, folder.Home, folder.Temp, folder.Work])
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(part);
                continue;
            }

            Directory.CreateDirectory(part, OwnerOnly);
            if (owner is { } user)
            {
                Kernel.GiveTo(part, user);
            }
        }

        return folder;
    }

    public void Dispose()
    {
        _lock?.Dispose();
        if (_root is not null)
        {
            PrivateFolder.Delete(_root);
        }
    }

    private string Root()
    {
        lock (_gate)
        {
            if (_root is not null)
            {
                return _root;
            }

            var above = Above();
            Sweep(above);
            _root = Path.Combine(above, Prefix + Guid.NewGuid().ToString("N"));
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(_root);
            }
            else
            {
                CreatePassable(_root);
            }

            _lock = new FileStream(Path.Combine(_root, LockFile), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
            return _root;
        }
    }

    /// <summary>Root's servers have other users, who may not be able to enter root's own temporary folder; and what root deletes must lie where nobody else can write.</summary>
    private static string Above() =>
        !OperatingSystem.IsWindows() && Environment.IsPrivilegedProcess ? Directory.CreateDirectory("/var/lib/mcp-hosted").FullName : Path.GetTempPath();

    /// <summary>Others may go through it to a folder of theirs, and see nothing on the way.</summary>
    [UnsupportedOSPlatform("windows")]
    private static void CreatePassable(string path) =>
        Directory.CreateDirectory(path, Passable);

    private static void Sweep(string above)
    {
        foreach (var folder in Directory.GetDirectories(above, Prefix + "*"))
        {
            try
            {
                if (!IsOurs(folder))
                {
                    continue;
                }

                using (new FileStream(Path.Combine(folder, LockFile), FileMode.Open, FileAccess.ReadWrite, FileShare.None))
                {
                }

                PrivateFolder.Delete(folder);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // Its worker lives, or is another user's.
            }
        }
    }

    /// <summary>Only its owner may set a folder's mode; a link would set another's.</summary>
    private static bool IsOurs(string folder)
    {
        if (File.GetAttributes(folder).HasFlag(FileAttributes.ReparsePoint))
        {
            return false;
        }

        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder, Passable);
        }

        return true;
    }
}

/// <param name="Path">What holds the three folders; deleted after the server's end.</param>
internal sealed record PrivateFolder(string Path)
{
    public string Home => System.IO.Path.Combine(Path, "home");

    public string Temp => System.IO.Path.Combine(Path, "tmp");

    public string Work => System.IO.Path.Combine(Path, "work");

    public void Delete() => Delete(Path);

    public static void Delete(string path)
    {
        try
        {
            Directory.Delete(path, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The next worker to start sweeps what is left.
        }
    }
}
