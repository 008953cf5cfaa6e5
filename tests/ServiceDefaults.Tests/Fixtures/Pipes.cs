using System.Diagnostics;

namespace ServiceDefaults.Tests.Fixtures;

internal static class Pipes
{
    /// <summary>Makes a named pipe, for which .NET has no call.</summary>
    public static void Make(string path)
    {
        using var process = Process.Start("mkfifo", [path]);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
