using System.Diagnostics;

namespace AppHost.Tests.Repository;

/// <summary>Asks git, so that build output and local state are never looked at.</summary>
internal static class RepositoryFiles
{
    public static IReadOnlyList<string> Tracked(string pattern = "*")
    {
        var start = new ProcessStartInfo("git", ["ls-files", "--cached", "--others", "--exclude-standard", pattern])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            WorkingDirectory = AppHostProcess.RepositoryRoot,
        };
        using var git = Process.Start(start)!;
        var output = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
