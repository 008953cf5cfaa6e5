using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace ServiceDefaults.Logging.Redaction;

/// <summary>JSON as logs may have it: the same shape, with the values of secret names masked, whatever they hold.</summary>
public static class SecretJson
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Redact(IEnumerable<KeyValuePair<string, JsonElement>> members)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output, Options))
        {
            json.WriteStartObject();
            foreach (var (name, value) in members)
            {
                WriteMember(json, name, value);
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static void WriteMember(Utf8JsonWriter json, string name, JsonElement value)
    {
        json.WritePropertyName(name);
        if (SecretNames.IsSecret(name))
        {
            json.WriteStringValue(SecretNames.Mask);
        }
        else
        {
            Write(json, value);
        }
    }

    private static void Write(Utf8JsonWriter json, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                var isNamedSecret = NamesSecret(value);
                json.WriteStartObject();
                foreach (var member in value.EnumerateObject())
                {
                    if (isNamedSecret && member.NameEquals("value"u8))
                    {
                        json.WriteString(member.Name, SecretNames.Mask);
                    }
                    else
                    {
                        WriteMember(json, member.Name, member.Value);
                    }
                }

                json.WriteEndObject();
                break;
            case JsonValueKind.Array:
                json.WriteStartArray();
                foreach (var element in value.EnumerateArray())
                {
                    Write(json, element);
                }

                json.WriteEndArray();
                break;
            case JsonValueKind.String:
                json.WriteStringValue(SecretText.Redact(value.GetString()!));
                break;
            default:
                value.WriteTo(json);
                break;
        }
    }

    /// <summary><c>{"name": "password", "value": …}</c>, as forms and headers are often listed.</summary>
    private static bool NamesSecret(JsonElement value) => value.EnumerateObject().Any(static member =>
        member.Name is "name" or "key" or "field" or "header" && member.Value.ValueKind == JsonValueKind.String && SecretNames.IsSecret(member.Value.GetString()!));
}
