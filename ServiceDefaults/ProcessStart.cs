using System.Diagnostics;

namespace ServiceDefaults;

/// <summary>When this process started, by the operating system's account.</summary>
internal static class ProcessStart
{
    public static DateTimeOffset At { get; } = Read();

    private static DateTimeOffset Read()
    {
        using var process = Process.GetCurrentProcess();
        return new DateTimeOffset(process.StartTime.ToUniversalTime());
    }
}
