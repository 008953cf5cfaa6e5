using System.Diagnostics;

namespace AppHost.Tests.Repository;

/// <summary>Asks git, so that build output and local state are never looked at.</summary>
internal static class RepositoryFiles
{
    public static IReadOnlyList<string> Tracked(string pattern = "*") => Lines("ls-files", "--cached", "--others", "--exclude-standard", pattern);

    private static string[] Lines(params string[] arguments) =>
        Run(arguments).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static (int ExitCode, string Output) Run(string[] arguments)
    {
        var start = new ProcessStartInfo("git", arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            WorkingDirectory = AppHostProcess.RepositoryRoot,
        };
        using var git = Process.Start(start)!;
        var output = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        return (git.ExitCode, output);
    }
}
