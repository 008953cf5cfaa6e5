namespace ServiceDefaults.Telemetry.Metrics.Usage;

/// <summary>Files of Linux that tell what a process uses. Elsewhere, and where a sandbox hides them, they have no lines.</summary>
internal static class ProcFile
{
    public static string[] Lines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>The words of the first line that begins so, without that beginning; none when there is no such line.</summary>
    public static string[] Words(string path, string beginning) =>
        Lines(path).FirstOrDefault(line => line.StartsWith(beginning, StringComparison.Ordinal)) is { } line ? Words(line[beginning.Length..]) : [];

    public static string[] Words(string line) => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
}
