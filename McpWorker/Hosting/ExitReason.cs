using System.Diagnostics;

namespace McpWorker.Hosting;

/// <summary>How a process ended, in words.</summary>
internal static class ExitReason
{
    /// <summary>Shells, bubblewrap and .NET report a signal as 128 and its number.</summary>
    private const int Signals = 128;

    public static string Of(Process process) =>
        !process.HasExited ? "it ended, and its exit code is not known"
        : process.ExitCode == 0 ? "it ended by itself, with exit code 0"
        : process.ExitCode is > Signals and <= Signals + 64 ? $"it was ended by {Name(process.ExitCode - Signals)}"
        : $"it ended with exit code {process.ExitCode}";

    private static string Name(int signal) => signal switch
    {
        4 => "SIGILL (an instruction this processor does not know)",
        6 => "SIGABRT (it gave up)",
        9 => "SIGKILL (somebody or the kernel, which does it when memory is short)",
        11 => "SIGSEGV (a fault of its program)",
        15 => "SIGTERM",
        _ => $"signal {signal}",
    };
}
