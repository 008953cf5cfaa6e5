using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ServiceDefaults.Durability;

/// <summary>The C library's file calls, with their errors as IOExceptions that name the path.</summary>
internal static class Libc
{
    private const int Interrupted = 4;
    private const int CloseOnExec = 0x80000;

    // O_CLOEXEC differs on macOS; O_RDONLY is 0 everywhere, and open(2) takes a directory for reading.
    private static readonly int OpenFlags = OperatingSystem.IsLinux() ? CloseOnExec : 0x1000000;

    public static SafeFileHandle OpenDirectory(string path)
    {
        var descriptor = Open(path, OpenFlags);
        return descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw Failure("open", path);
    }

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

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int FsyncDescriptor(SafeFileHandle handle);

    [DllImport("libc", EntryPoint = "rename", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int RenamePath(
        [MarshalAs(UnmanagedType.LPUTF8Str)] string from,
        [MarshalAs(UnmanagedType.LPUTF8Str)] string to);
}
