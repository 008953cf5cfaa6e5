using System.Globalization;
using System.Net.NetworkInformation;

namespace ServiceDefaults.Telemetry.Metrics.Usage;

/// <summary>What was read and written since the start: by this process from its files, by the machine or container over its network.</summary>
internal static class Traffic
{
    /// <summary>
    /// Calls of the process that read or wrote, whether the disk or the cache answered; pipes and terminals count too, sockets do
    /// not. Null where nobody counts them.
    /// </summary>
    public static (long Read, long Written)? FileOperations() =>
        (Number("syscr:"), Number("syscw:")) is ({ } read, { } written) ? (read, written) : null;

    /// <summary>Bytes over all interfaces, loopback too: on one machine the services and their databases talk over nothing else.</summary>
    public static (long Received, long Sent)? NetworkBytes() => OperatingSystem.IsLinux() ? FromTable() : FromInterfaces();

    private static long? Number(string name) =>
        ProcFile.Words("/proc/self/io", name) is [var text] && long.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : null;

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
