namespace Aspire.Hosting.Orchestration;

/// <summary>Finds the file a command means, as the child's own PATH and working folder decide.</summary>
internal static class CommandPath
{
    /// <exception cref="DistributedApplicationException">There is no such program.</exception>
    public static string Resolve(string command, string workingDirectory, IReadOnlyDictionary<string, string> environment)
    {
        if (command.Contains('/') || Path.IsPathRooted(command))
        {
            var path = Path.GetFullPath(command, workingDirectory);
            return File.Exists(path)
                ? path
                : throw new DistributedApplicationException(
                    $"The program '{path}' does not exist. Build or install it, or correct the path in the AppHost.");
        }

        var folders = environment.GetValueOrDefault("PATH") ?? Environment.GetEnvironmentVariable("PATH") ?? "";

        foreach (var folder in folders.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
        {
            foreach (var name in OperatingSystem.IsWindows() ? [command, command + ".exe", command + ".cmd"] : new[] { command })
            {
                var path = Path.Combine(folder, name);

                if (File.Exists(path) && IsExecutable(path))
                {
                    return Path.GetFullPath(path, workingDirectory);
                }
            }
        }

        throw new DistributedApplicationException(
            $"The program '{command}' was not found on PATH. Install it, or give its full path in the AppHost.");
    }

    private static bool IsExecutable(string path) =>
        OperatingSystem.IsWindows() ||
        (File.GetUnixFileMode(path) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != UnixFileMode.None;
}
