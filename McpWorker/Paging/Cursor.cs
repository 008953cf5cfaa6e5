using System.Buffers.Binary;
using System.Buffers.Text;
using ModelContextProtocol;

namespace McpWorker.Paging;

/// <summary>Where a page ended: the sort value and the id of its last item, opaque to callers.</summary>
internal sealed record Cursor(long Sort, Guid Id)
{
    private const int Size = sizeof(long) + 16;

    /// <summary>The sort value as a time.</summary>
    public DateTime Time() => new(Math.Clamp(Sort, 0, DateTime.MaxValue.Ticks), DateTimeKind.Utc);

    /// <exception cref="McpException">It is not a cursor of ours.</exception>
    public static Cursor? Parse(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        Span<byte> bytes = stackalloc byte[Size];
        return text.Length <= 64 && Base64Url.IsValid(text) && Base64Url.TryDecodeFromChars(text, bytes, out var written) && written == Size
            ? new Cursor(BinaryPrimitives.ReadInt64BigEndian(bytes), new Guid(bytes[sizeof(long)..], bigEndian: true))
            : throw new McpException("The cursor is not valid. Pass next_cursor of the previous page unchanged, or leave it out to start over.");
    }

    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Size];
        BinaryPrimitives.WriteInt64BigEndian(bytes, Sort);
        Id.TryWriteBytes(bytes[sizeof(long)..], bigEndian: true, out _);
        return Base64Url.EncodeToString(bytes);
    }
}
