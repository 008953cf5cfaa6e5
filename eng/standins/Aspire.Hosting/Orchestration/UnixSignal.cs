using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Aspire.Hosting.Orchestration;

/// <summary>Signals to process groups, which System.Diagnostics.Process cannot send.</summary>
[UnsupportedOSPlatform("windows")]
internal static class UnixSignal
{
    public const int Interrupt = 2;
    public const int Kill = 9;
    public const int Terminate = 15;

    /// <summary>Signals one process; false when it is gone or is not ours to signal.</summary>
    public static bool Send(int processId, int signal) => processId > 1 && SendSignal(processId, signal) == 0;

    /// <summary>Signals every member of a process group; false when it has none left.</summary>
    public static bool SendToGroup(int groupId, int signal) => groupId > 1 && SendSignal(-groupId, signal) == 0;

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int target, int signal);
}
