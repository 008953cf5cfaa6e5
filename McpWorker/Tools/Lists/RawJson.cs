using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace McpWorker.Tools.Lists;

/// <summary>JSON that was written before, as a node that is written again by copying.</summary>
/// <param name="Utf8">One whole JSON value.</param>
[JsonConverter(typeof(Converter))]
internal sealed record RawJson(byte[] Utf8)
{
    private static readonly JsonTypeInfo<RawJson> Type = (JsonTypeInfo<RawJson>)JsonSerializerOptions.Default.GetTypeInfo(typeof(RawJson));

    /// <summary>A new node each time: a node belongs to one message.</summary>
    public JsonNode ToNode() => JsonValue.Create(this, Type)!;

    private sealed class Converter : JsonConverter<RawJson>
    {
        public override RawJson Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, RawJson value, JsonSerializerOptions options) =>
            writer.WriteRawValue(value.Utf8, skipInputValidation: true);
    }
}
