using System.Globalization;

namespace McpWorker.Hosting.Processes;

/// <summary>What the kernel tells of one process.</summary>
internal static class ProcessFile
{
    /// <summary>Its real user id; null when it is gone.</summary>
    public static int? User(int process) =>
        // Uid:	1000	1000	1000	1000 (real, effective, saved, of files)
        Line(process, "Uid:")?.Split('\t') is [_, var real, ..] ? (int)uint.Parse(real, CultureInfo.InvariantCulture) : null;

    /// <summary>Its memory in RAM without the files it maps: ten processes of one program share those, and share them with others.</summary>
    public static long MemoryBytes(int process) => Kilobytes(process, "RssAnon:") + Kilobytes(process, "RssShmem:");

    /// <summary>A variable of the environment it was started with; null also where that cannot be read.</summary>
    public static string? Variable(int process, string name) =>
        Text($"/proc/{process}/environ").Split('\0').FirstOrDefault(variable => variable.StartsWith(name + '=', StringComparison.Ordinal))?[(name.Length + 1)..];

    /// <summary>As in <c>RssAnon:	    1234 kB</c>.</summary>
    private static long Kilobytes(int process, string name) =>
        Line(process, name) is { } line && long.TryParse(line[name.Length..].Trim().Split(' ')[0], CultureInfo.InvariantCulture, out var kilobytes) ? kilobytes * 1024 : 0;

    private static string? Line(int process, string name) =>
        Text($"/proc/{process}/status").Split('\n').FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal));

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
