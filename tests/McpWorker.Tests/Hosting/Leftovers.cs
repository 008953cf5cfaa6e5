using System.Globalization;

namespace McpWorker.Tests.Hosting;

/// <summary>Processes of this machine that came from the scripts of these tests.</summary>
internal static class Leftovers
{
    /// <summary>Command lines of processes, those of bubblewrap and the like among them, that run a script with this word among its arguments.</summary>
    public static IReadOnlyList<string> With(string word) => [.. Lines().Where(line => line.Contains(word, StringComparison.Ordinal) && line.Contains(".pl", StringComparison.Ordinal))];

    private static IEnumerable<string> Lines() => Directory.GetDirectories("/proc")
        .Where(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out _))
        .Select(folder => Text(Path.Combine(folder, "cmdline")).Replace('\0', ' '));

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
