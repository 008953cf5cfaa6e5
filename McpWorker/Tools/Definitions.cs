using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ModelContextProtocol;
using ModelContextProtocol.Server;

namespace McpWorker.Tools;

/// <summary>Tells whether two things look the same in a list: servers publish the same tools again and again, in new objects.</summary>
internal static class Definitions
{
    private static readonly ConditionalWeakTable<IMcpServerPrimitive, StrongBox<ulong>> Known = [];

    public static ulong HashOf(IMcpServerPrimitive item) => Known.GetValue(item, static each => new StrongBox<ulong>(Compute(each))).Value;

    private static ulong Compute(IMcpServerPrimitive item)
    {
        object definition = item switch
        {
            McpServerTool tool => tool.ProtocolTool,
            McpServerPrompt prompt => prompt.ProtocolPrompt,
            McpServerResource resource => resource.ProtocolResourceTemplate,
            _ => item.Id,
        };
        var json = JsonSerializer.SerializeToUtf8Bytes(definition, McpJsonUtilities.DefaultOptions.GetTypeInfo(definition.GetType()));

        // The address is no part of what a client reads, but decides who reads it.
        var address = Encoding.UTF8.GetBytes($"{ToolAddress.Of(item)}\n");
        return BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData([.. address, .. json]));
    }
}
