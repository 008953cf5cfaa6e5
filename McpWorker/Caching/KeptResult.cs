using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace McpWorker.Caching;

/// <summary>A tool's result as it is kept.</summary>
/// <param name="Json">As Redis has it.</param>
internal sealed record KeptResult(CallToolResult Result, byte[] Json, DateTimeOffset Kept, DateTimeOffset Expires)
{
    public static KeptResult Of(CallToolResult result, DateTimeOffset now, TimeSpan lifetime)
    {
        var expires = now + lifetime;
        var stored = new Stored(expires.ToUnixTimeMilliseconds(), result);
        return new KeptResult(result, JsonSerializer.SerializeToUtf8Bytes(stored, McpJsonUtilities.DefaultOptions), now, expires);
    }

    /// <summary>Null: it was written by another version, or is too old.</summary>
    public static KeptResult? Parse(byte[] json, DateTimeOffset now)
    {
        try
        {
            var stored = JsonSerializer.Deserialize<Stored>(json, McpJsonUtilities.DefaultOptions);
            var expires = stored is null ? default : DateTimeOffset.FromUnixTimeMilliseconds(stored.Expires);
            return expires > now ? new KeptResult(stored!.Result, json, now, expires) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>A result of the caller's own: on its way out it is written to.</summary>
    public CallToolResult Copy() => new()
    {
        Content = Result.Content,
        StructuredContent = Result.StructuredContent,
        IsError = Result.IsError,
        Meta = (JsonObject?)Result.Meta?.DeepClone(),
    };

    /// <param name="Expires">Unix time in milliseconds: whoever takes it into memory keeps it no longer.</param>
    internal sealed record Stored(long Expires, CallToolResult Result);
}
