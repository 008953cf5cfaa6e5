using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using McpModules;
using McpWorker.Arguments;
using McpWorker.Tools;
using ServiceDefaults.InternalCalls;

namespace McpWorker.Caching;

/// <summary>What a kept result answers: this version of this tool, with these arguments, for these callers, as of this state of the data.</summary>
/// <param name="Shared">Under which Redis has it.</param>
/// <param name="Own">Under which this worker's memory has it.</param>
internal sealed record CacheKey(string Shared, string Own)
{
    private static readonly Dictionary<string, JsonElement> None = new(StringComparer.Ordinal);

    public static CacheKey Of(
        ToolAddress address, CacheScope scope, InternalCaller caller, IDictionary<string, JsonElement>? arguments, CacheStamp stamp)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartArray();
            writer.WriteStringValue(stamp.Shared);
            WriteScope(writer, scope, caller);
            CanonicalJson.Write(writer, arguments ?? None);
            writer.WriteEndArray();
        }

        var shared = $"mcp:cache:{address.FederatedName}@{address.Version}:{Convert.ToHexStringLower(SHA256.HashData(buffer.WrittenSpan))}";
        return new CacheKey(shared, $"{shared}:{stamp.Epoch}");
    }

    /// <summary>Written as members of their own, so that no name of a caller can look like another's scope.</summary>
    private static void WriteScope(Utf8JsonWriter writer, CacheScope scope, InternalCaller caller)
    {
        writer.WriteStartArray();
        writer.WriteNumberValue((int)scope);
        if (scope is CacheScope.Caller)
        {
            writer.WriteStringValue(caller.Subject);
        }

        if (scope is not CacheScope.Everyone)
        {
            foreach (var permission in caller.Permissions.Order(StringComparer.Ordinal))
            {
                writer.WriteStringValue(permission);
            }
        }

        writer.WriteEndArray();
    }
}
