using System.Text.Json;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace McpWorker.Servers;

/// <summary>What a server of others lists, as we use it.</summary>
internal static class ServerEntry
{
    /// <summary>Done twice, the tool does no more than once. The server's word for it, which only it can break: an operator who wrote the server down trusts it.</summary>
    public static bool MayRepeat(Tool tool) => tool.Annotations is { ReadOnlyHint: true } or { IdempotentHint: true };

    /// <summary>One of our own, to be renamed.</summary>
    public static T CopyOf<T>(T original) =>
        JsonSerializer.SerializeToNode(original, McpJsonUtilities.DefaultOptions)!.Deserialize<T>(McpJsonUtilities.DefaultOptions)!;
}
