using System.Runtime.InteropServices;

namespace AppHost.Tests;

internal static partial class Native
{
    public const int KillNow = 9;
    public const int Terminate = 15;
    public const int Interrupt = 2;

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    public static partial int Kill(int pid, int signal);
}
