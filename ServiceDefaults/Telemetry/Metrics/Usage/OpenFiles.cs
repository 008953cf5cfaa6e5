using System.Globalization;
using System.IO.Enumeration;

namespace ServiceDefaults.Telemetry.Metrics.Usage;

/// <summary>File descriptors of this process: files, sockets, pipes. Counted on Linux only.</summary>
internal static class OpenFiles
{
    public const string Limits = "/proc/self/limits";

    private const string Folder = "/proc/self/fd";

    /// <summary>Without the descriptor that counting takes; null where they cannot be counted.</summary>
    public static int? Count()
    {
        try
        {
            return Directory.Exists(Folder) ? new FileSystemEnumerable<bool>(Folder, static (ref _) => true, Everything).Count() - 1 : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>As <c>ulimit -n</c> says; null where there is no such limit.</summary>
    /// <param name="table">The kernel's table of limits.</param>
    public static long? Maximum(string table = Limits) => ProcFile.Words(table, "Max open files") is [var soft, ..]
        && long.TryParse(soft, CultureInfo.InvariantCulture, out var maximum) ? maximum : null;

    /// <summary>What the descriptors are links to; one that was closed meanwhile is left out.</summary>
    public static IEnumerable<string> Targets() => Directory.EnumerateFileSystemEntries(Folder).Select(Target).OfType<string>();

    private static EnumerationOptions Everything { get; } = new() { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = true };

    private static string? Target(string descriptor)
    {
        try
        {
            return new FileInfo(descriptor).LinkTarget;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
