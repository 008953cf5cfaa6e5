using System.Globalization;
using System.Net.NetworkInformation;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace ServiceDefaults.Telemetry.Metrics.Usage;

/// <summary>What was read and written since the start: by this process from its files, by the machine or container over its network.</summary>
internal static class Traffic
{
    private const int Longest = 1024;

    /// <summary>
    /// Open from the start: a worker that hosts other servers hides itself from processes of its user, and /proc then refuses its
    /// own paths to itself, though not what is open already.
    /// </summary>
    private static readonly SafeFileHandle? Io = Open();

    /// <summary>
    /// Calls of the process that read or wrote, whether the disk or the cache answered; pipes and terminals count too, sockets do
    /// not. Null where nobody counts them.
    /// </summary>
    public static (long Read, long Written)? FileOperations() =>
        Counts() is { } counts && Number(counts, "syscr:") is { } read && Number(counts, "syscw:") is { } written ? (read, written) : null;

    /// <summary>Bytes over all interfaces, loopback too: on one machine the services and their databases talk over nothing else.</summary>
    public static (long Received, long Sent)? NetworkBytes() => OperatingSystem.IsLinux() ? FromTable() : FromInterfaces();

    private static SafeFileHandle? Open()
    {
        try
        {
            return File.OpenHandle("/proc/self/io");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string[]? Counts()
    {
        if (Io is null)
        {
            return null;
        }

        Span<byte> text = stackalloc byte[Longest];
        return Encoding.ASCII.GetString(text[..RandomAccess.Read(Io, text, fileOffset: 0)]).Split('\n');
    }

    private static long? Number(string[] counts, string name) =>
        counts.FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal)) is { } line
        && long.TryParse(line.AsSpan(name.Length), CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>eth0: bytes packets errs drop fifo frame compressed multicast bytes … after two lines of headings; one read whatever the number of interfaces.</summary>
    private static (long, long)? FromTable()
    {
        var rows = ProcFile.Lines("/proc/self/net/dev").Skip(2).Select(line => ProcFile.Words(line[(line.IndexOf(':') + 1)..])).ToList();
        return rows.Count > 0 ? (rows.Sum(row => Bytes(row[0])), rows.Sum(row => Bytes(row[8]))) : null;

        static long Bytes(string text) => long.Parse(text, CultureInfo.InvariantCulture);
    }

    private static (long, long)? FromInterfaces()
    {
        var statistics = NetworkInterface.GetAllNetworkInterfaces().Select(network => network.GetIPStatistics()).ToList();
        return (statistics.Sum(network => network.BytesReceived), statistics.Sum(network => network.BytesSent));
    }
}
