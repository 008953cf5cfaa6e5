using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace BackupService.Sets;

/// <summary>
/// One writer in a backup directory at a time. The kernel gives the lock back when its holder dies, so none is ever stale.
/// </summary>
internal sealed class RepositoryLock : IDisposable
{
    private const int ExclusiveWithoutWaiting = 2 | 4; // LOCK_EX | LOCK_NB

    // EWOULDBLOCK on Linux and macOS, a sharing violation on Windows.
    private static readonly int[] InUse = [11, 35, unchecked((int)0x80070020)];

    private readonly SafeFileHandle _file;

    private RepositoryLock(SafeFileHandle file) => _file = file;

    /// <exception cref="BackupException">Another process, or another run in this one, holds it.</exception>
    public static RepositoryLock Take(string root)
    {
        var path = Path.Combine(root, "lock");

        try
        {
            // The framework's own lock can be switched off by an environment variable; flock cannot, and Windows has none.
            var file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            if (OperatingSystem.IsWindows() || Flock(file, ExclusiveWithoutWaiting) == 0)
            {
                return new RepositoryLock(file);
            }

            file.Dispose();
        }
        catch (IOException exception) when (InUse.Contains(exception.HResult))
        {
            // Held: the same answer as a refused flock.
        }

        throw new BackupException(BackupFailure.Locked, $"Another backup is running in '{root}'. Try again when it has ended.");
    }

    public void Dispose() => _file.Dispose();

    [DllImport("libc", EntryPoint = "flock", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Flock(SafeFileHandle file, int operation);
}
