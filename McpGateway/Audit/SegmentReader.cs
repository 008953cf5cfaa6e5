using System.Text.Json;

namespace McpGateway.Audit;

/// <summary>Reads a segment as far as it was written in whole lines.</summary>
internal sealed class SegmentReader(string path)
{
    private const int ReadBytes = 256 * 1024;

    /// <summary>How far the lines read so far reach.</summary>
    public long Position { get; private set; }

    public string Path { get; } = path;

    /// <summary>The next events, at most about a thousand; none when there are no more yet.</summary>
    /// <param name="onUnreadable">Told about lines that are no event: the torn end of a crash, or damage.</param>
    public List<AuditEvent> ReadNext(Action<string> onUnreadable)
    {
        var events = new List<AuditEvent>();
        using var file = File.OpenHandle(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var buffer = new byte[(int)Math.Min(ReadBytes, Math.Max(0, RandomAccess.GetLength(file) - Position))];
        var length = RandomAccess.Read(file, buffer, Position);
        var rest = buffer.AsSpan(0, length);
        for (var end = rest.IndexOf((byte)'\n'); end >= 0; end = rest.IndexOf((byte)'\n'))
        {
            if (TryParse(rest[..end]) is { } entry)
            {
                events.Add(entry);
            }
            else
            {
                onUnreadable(Path);
            }

            Position += end + 1;
            rest = rest[(end + 1)..];
        }

        return events;
    }

    private static AuditEvent? TryParse(ReadOnlySpan<byte> line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, AuditJson.Default.AuditEvent);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
