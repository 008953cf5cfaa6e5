using Microsoft.Win32.SafeHandles;

namespace ServiceDefaults.Durability;

/// <summary>
/// Writes that are on disk when they return. .NET 10.0.12 on Linux returns normally from a failed fsync and cannot
/// fsync a directory at all, so this goes to the C library itself.
/// </summary>
public static class Durable
{
    /// <summary>Forces what was written through the handle to disk. On Windows too.</summary>
    /// <exception cref="IOException">The disk refused; what was written may be lost.</exception>
    public static void FsyncFile(SafeFileHandle handle, string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Kernel32.Flush(handle, path);
            return;
        }

        Libc.Fsync(handle, path);
    }

    /// <summary>Forces the names in a directory to disk. Windows has no such call; NTFS journals names.</summary>
    /// <exception cref="IOException">The directory is missing, or the disk refused.</exception>
    public static void FsyncDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using var handle = Libc.OpenDirectory(path);
        Libc.Fsync(handle, path);
    }

    /// <summary>
    /// Gives a file or directory its final name, replacing a file (not a filled directory) of that name, and forces the
    /// new name to disk. Both names must be on one file system; the content must be on disk already.
    /// </summary>
    /// <exception cref="IOException">The rename or the fsync failed.</exception>
    public static void Rename(string from, string to)
    {
        if (!OperatingSystem.IsWindows())
        {
            Libc.Rename(from, to);
        }
        else if (Directory.Exists(from))
        {
            Directory.Move(from, to);
        }
        else
        {
            File.Move(from, to, overwrite: true);
        }

        FsyncDirectory(Path.GetDirectoryName(Path.GetFullPath(to))!);
    }

    /// <summary>Writes a whole file and forces it and its name to disk. The file must not exist yet.</summary>
    /// <exception cref="IOException">The file exists, or the disk refused.</exception>
    public static void WriteNewFile(string path, ReadOnlySpan<byte> content)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var file = new FileStream(path, options))
        {
            file.Write(content);
            file.Flush();
            FsyncFile(file.SafeFileHandle, path);
        }

        FsyncDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }
}
