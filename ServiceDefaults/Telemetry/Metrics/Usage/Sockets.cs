using System.Net.NetworkInformation;

namespace ServiceDefaults.Telemetry.Metrics.Usage;

/// <summary>TCP connections of this process.</summary>
internal static class Sockets
{
    private const string Established = "01";
    private const string Beginning = "socket:[";

    private static readonly string[] Tables = ["/proc/self/net/tcp", "/proc/self/net/tcp6"];

    /// <summary>Linux knows which are ours; elsewhere those of the machine are counted.</summary>
    public static int Connections() =>
        OperatingSystem.IsLinux() ? OwnConnections() : IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpConnections().Length;

    /// <summary>The table names a connection by its inode, a descriptor of ours links to it as <c>socket:[4711]</c>.</summary>
    private static int OwnConnections()
    {
        var ours = OpenFiles.Targets()
            .Where(target => target.StartsWith(Beginning, StringComparison.Ordinal))
            .Select(target => target[Beginning.Length..^1])
            .ToHashSet(StringComparer.Ordinal);
        return Tables
            .SelectMany(table => ProcFile.Lines(table).Skip(1))
            .Select(ProcFile.Words)
            .Count(words => words.Length > 9 && words[3] == Established && ours.Contains(words[9]));
    }
}
