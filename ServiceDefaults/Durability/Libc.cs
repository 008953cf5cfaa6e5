using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ServiceDefaults.Durability;

/// <summary>The C library's file calls, with their errors as IOExceptions that name the path.</summary>
internal static class Libc
{
    private const int Interrupted = 4;
    private const int CloseOnExec = 0x80000;
    private const int FromCurrent = 1;

    // O_CLOEXEC differs on macOS; O_RDONLY is 0 everywhere, and open(2) takes a directory for reading.
    private static readonly int OpenFlags = OperatingSystem.IsLinux() ? CloseOnExec : 0x1000000;

    private static readonly int NonBlocking = OperatingSystem.IsLinux() ? 0x800 : 0x4;

    // O_WRONLY | O_APPEND, and without blocking: a pipe in the file's place fails instead of holding the writer for ever.
    private static readonly int AppendFlags = (OperatingSystem.IsLinux() ? 0x401 : 0x9) | NonBlocking;

    public static SafeFileHandle OpenDirectory(string path)
    {
        var descriptor = Open(path, OpenFlags);
        return descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw Failure("open", path);
    }

    /// <summary>Of a file that exists; whoever creates it says with which permissions.</summary>
    public static SafeFileHandle OpenForAppend(string path)
    {
        var descriptor = Open(path, OpenFlags | AppendFlags);
        return descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw Failure("open", path);
    }

    /// <summary>Whether opening it could wait for somebody at the other end. False too of what cannot be opened at all.</summary>
    public static bool IsPipe(string path)
    {
        using var handle = new SafeFileHandle(Open(path, OpenFlags | NonBlocking), ownsHandle: true);
        return !handle.IsInvalid && Position(handle) < 0;
    }

    /// <summary>Writes what the system takes.</summary>
    /// <returns>How many bytes; fewer than given only with a failure.</returns>
    public static int Write(SafeFileHandle handle, ReadOnlySpan<byte> bytes, out IOException? failure)
    {
        failure = null;
        var written = 0;
        while (written < bytes.Length)
        {
            var count = WriteDescriptor(handle, in MemoryMarshal.GetReference(bytes[written..]), bytes.Length - written);
            if (count >= 0)
            {
                written += (int)count;
            }
            else if (Marshal.GetLastPInvokeError() != Interrupted)
            {
                failure = new IOException($"write failed: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}.");
                break;
            }
        }

        return written;
    }

    /// <summary>Where the last write ended; negative for a pipe.</summary>
    public static long Position(SafeFileHandle handle) => Seek(handle, 0, FromCurrent);

    public static void Fsync(SafeFileHandle handle, string path)
    {
        while (FsyncDescriptor(handle) != 0)
        {
            if (Marshal.GetLastPInvokeError() != Interrupted)
            {
                throw Failure("fsync", path);
            }
        }
    }

    public static void Rename(string from, string to)
    {
        if (RenamePath(from, to) != 0)
        {
            throw Failure("rename", to);
        }
    }

    private static IOException Failure(string call, string path)
    {
        var error = Marshal.GetLastPInvokeError();
        return new IOException($"{call} of '{path}' failed: {new Win32Exception(error).Message}.", error);
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "write", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint WriteDescriptor(SafeFileHandle handle, ref readonly byte first, nint length);

    [DllImport("libc", EntryPoint = "lseek", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern long Seek(SafeFileHandle handle, long offset, int whence);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int FsyncDescriptor(SafeFileHandle handle);

    [DllImport("libc", EntryPoint = "rename", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int RenamePath(
        [MarshalAs(UnmanagedType.LPUTF8Str)] string from,
        [MarshalAs(UnmanagedType.LPUTF8Str)] string to);
}
