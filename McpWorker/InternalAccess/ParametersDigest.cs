using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using McpWorker.Arguments;

namespace McpWorker.InternalAccess;

/// <summary>
/// A digest of what a request asks for: name, URI and arguments, whatever the order of keys. What changes from round to
/// round (metadata, answers, state) is not in it.
/// </summary>
internal static class ParametersDigest
{
    private static readonly string[] Asked = ["arguments", "name", "uri"];

    public static byte[] Of(JsonObject? parameters)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            CanonicalJson.Write(writer, Asked.Select(name => KeyValuePair.Create(name, JsonSerializer.SerializeToElement(parameters?[name]))));
        }

        return SHA256.HashData(buffer.WrittenSpan);
    }
}
