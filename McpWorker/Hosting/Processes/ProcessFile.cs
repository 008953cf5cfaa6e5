using System.Globalization;

namespace McpWorker.Hosting.Processes;

/// <summary>What the kernel tells of one process.</summary>
internal static class ProcessFile
{
    /// <summary>Its real user id; null when it is gone.</summary>
    public static int? User(int process)
    {
        // Uid:	1000	1000	1000	1000 (real, effective, saved, of files)
        var line = Text($"/proc/{process}/status").Split('\n').FirstOrDefault(line => line.StartsWith("Uid:", StringComparison.Ordinal));
        return line?.Split('\t') is [_, var real, ..] ? (int)uint.Parse(real, CultureInfo.InvariantCulture) : null;
    }

    /// <summary>A variable of the environment it was started with; null also where that cannot be read.</summary>
    public static string? Variable(int process, string name) =>
        Text($"/proc/{process}/environ").Split('\0').FirstOrDefault(variable => variable.StartsWith(name + '=', StringComparison.Ordinal))?[(name.Length + 1)..];

    private static string Text(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
