using System.ComponentModel;
using System.Runtime.InteropServices;

namespace McpWorker.Hosting.Processes;

/// <summary>Calls of Linux that .NET has no words for.</summary>
internal static class Kernel
{
    public const int Kill = 9;
    public const int Terminate = 15;
    public const int Stop = 19;

    private const int SetDumpable = 4;
    private const int SetChildSubreaper = 36;
    private const int NoHang = 1;
    private const int SetDescriptorFlags = 2;
    private const int CloseOnExec = 1;

    /// <summary>False when there is no such process any more, or it is not ours to signal.</summary>
    public static bool Signal(int process, int signal) => SendSignal(process, signal) == 0;

    /// <summary>Takes the exit code of a child nobody else waits for, so that the kernel forgets it.</summary>
    public static void Reap(int child) => _ = WaitFor(child, out _, NoHang);

    /// <exception cref="Win32Exception">The kernel refuses it.</exception>
    public static void HideFromPeers() => Set(SetDumpable, 0);

    /// <summary>From now on, processes whose parent ended become children of this one and not of init.</summary>
    /// <exception cref="Win32Exception">The kernel refuses it.</exception>
    public static void AdoptOrphans() => Set(SetChildSubreaper, 1);

    /// <summary>A file this process holds open does not pass to those it starts.</summary>
    public static void KeepFromChildren(int descriptor) => _ = ControlFile(descriptor, SetDescriptorFlags, CloseOnExec);

    /// <exception cref="Win32Exception">It cannot be given away.</exception>
    public static void GiveTo(string path, int user)
    {
        if (ChangeOwner(path, (uint)user, (uint)user) != 0)
        {
            throw new Win32Exception();
        }
    }

    private static void Set(int option, nuint value)
    {
        if (ProcessControl(option, value, 0, 0, 0) != 0)
        {
            throw new Win32Exception();
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int process, int signal);

    [DllImport("libc", EntryPoint = "waitpid", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int WaitFor(int process, out int status, int options);

    [DllImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int ControlFile(int descriptor, int command, nint flags);

    [DllImport("libc", EntryPoint = "prctl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int ProcessControl(int option, nuint second, nuint third, nuint fourth, nuint fifth);

    [DllImport("libc", EntryPoint = "lchown", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int ChangeOwner([MarshalAs(UnmanagedType.LPUTF8Str)] string path, uint user, uint group);
}
