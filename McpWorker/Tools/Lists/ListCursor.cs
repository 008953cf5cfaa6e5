using System.Buffers.Text;
using System.Text;
using ModelContextProtocol;

namespace McpWorker.Tools.Lists;

/// <summary>
/// Where the next page of a list begins: after a name. Tools that come and go between two pages then neither repeat nor
/// hide another.
/// </summary>
internal static class ListCursor
{
    private const int MaxLength = 4096;
    private static readonly byte[] Form = "after:"u8.ToArray();

    public static string After(string name) => Base64Url.EncodeToString([.. Form, .. Encoding.UTF8.GetBytes(name)]);

    /// <summary>The name the page begins after; null: the first page.</summary>
    /// <exception cref="McpProtocolException">It is none of ours.</exception>
    public static string? Read(string? cursor)
    {
        if (cursor is null)
        {
            return null;
        }

        if (cursor.Length <= MaxLength && Base64Url.IsValid(cursor) && Base64Url.DecodeFromChars(cursor) is var bytes && bytes.AsSpan().StartsWith(Form))
        {
            return Encoding.UTF8.GetString(bytes.AsSpan(Form.Length));
        }

        throw new McpProtocolException("The cursor is none that this server gave. Start the list again without one.", McpErrorCode.InvalidParams);
    }
}
