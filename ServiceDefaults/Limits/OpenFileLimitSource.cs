using System.Globalization;

namespace ServiceDefaults.Limits;

/// <summary>Where the limit in force is read.</summary>
/// <param name="Path">The kernel's table of this process's limits.</param>
internal sealed record OpenFileLimitSource(string Path = "/proc/self/limits")
{
    private const string Row = "Max open files";

    /// <summary>Null where the system does not tell, and where there is no limit.</summary>
    public long? Read()
    {
        if (!File.Exists(Path))
        {
            return null;
        }

        var row = File.ReadLines(Path).FirstOrDefault(line => line.StartsWith(Row, StringComparison.Ordinal)) ?? "";
        var soft = row[Math.Min(Row.Length, row.Length)..].Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();
        return long.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) ? limit : null;
    }
}
