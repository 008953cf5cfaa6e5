using McpWorker.Servers;

namespace McpWorker.Hosting.Start;

/// <summary>Finds the program of a hosted server, without a shell and without the current folder.</summary>
internal static class CommandPath
{
    private const UnixFileMode Executable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private static readonly string[] Endings = OperatingSystem.IsWindows() ? ["", ".exe", ".cmd", ".bat"] : [""];

    /// <param name="path">The worker's PATH.</param>
    /// <exception cref="ServerUnavailableException">There is no such program.</exception>
    public static string Of(HostedServerDefinition server, string path)
    {
        if (Path.IsPathFullyQualified(server.Command))
        {
            return IsProgram(server.Command) ? server.Command
                : throw Refused(server, $"its command '{server.Command}' {(File.Exists(server.Command) ? "is not executable" : "does not exist")}. Correct `command`, or install it on this machine.");
        }

        if (server.Command.AsSpan().ContainsAny('/', '\\'))
        {
            throw Refused(server, $"its command '{server.Command}' is a relative path. Write an absolute path, or a name that is found on PATH.");
        }

        var folders = path.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Where(Path.IsPathFullyQualified);
        return folders.SelectMany(folder => Endings.Select(ending => Path.Combine(folder, server.Command + ending))).FirstOrDefault(IsProgram)
            ?? throw Refused(server, $"its command '{server.Command}' is not on the worker's PATH ({path}). Install it there, or write its absolute path.");
    }

    private static bool IsProgram(string file) =>
        File.Exists(file) && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(file) & Executable) != UnixFileMode.None);

    private static ServerUnavailableException Refused(HostedServerDefinition server, string reason) => new($"The hosted server '{server.Name}' is not started: {reason}");
}
