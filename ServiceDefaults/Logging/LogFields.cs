using System.Globalization;
using System.Text.Json;
using ServiceDefaults.Logging.Redaction;

namespace ServiceDefaults.Logging;

/// <summary>
/// The fields of one line behind ours. Of two with one name the first is kept; one that would hide ours gets <c>field_</c> before
/// its name; one whose name means a secret is masked.
/// </summary>
internal sealed class LogFields(Utf8JsonWriter json)
{
    private static readonly HashSet<string> Ours = new(StringComparer.Ordinal)
    {
        "timestamp", "level", "logger", "event", "message", "service", "version", "trace_id", "span_id",
    };

    private static readonly HashSet<string> OfException = new(StringComparer.Ordinal) { "error", "error_type", "traceback" };

    private readonly HashSet<string> _written = new(StringComparer.Ordinal);
    private bool _hasException;

    public void Begin(bool hasException)
    {
        _written.Clear();
        _hasException = hasException;
    }

    public void Write(string name, object? value)
    {
        if (LogEntry.IsTemplate(name))
        {
            return;
        }

        var field = SnakeCase.Of(name);
        field = Ours.Contains(field) || (_hasException && OfException.Contains(field)) ? "field_" + field : field;
        if (_written.Add(field))
        {
            json.WritePropertyName(field);
            WriteValue(field, value);
        }
    }

    private static string Text(object value) => CleanText.Of(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "", CleanText.LongestValue);

    private void WriteValue(string name, object? value)
    {
        if (value is not null && SecretNames.IsSecret(name))
        {
            json.WriteStringValue(SecretNames.Mask);
            return;
        }

        switch (value)
        {
            case null:
                json.WriteNullValue();
                break;
            case string text:
                json.WriteStringValue(CleanText.Of(text, CleanText.LongestValue));
                break;
            case bool flag:
                json.WriteBooleanValue(flag);
                break;
            case byte or sbyte or short or ushort or int or uint or long:
                json.WriteNumberValue(Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
            case ulong number:
                json.WriteNumberValue(number);
                break;
            case decimal number:
                json.WriteNumberValue(number);
                break;
            case float or double when double.IsFinite(Convert.ToDouble(value, CultureInfo.InvariantCulture)):
                json.WriteNumberValue(Convert.ToDouble(value, CultureInfo.InvariantCulture));
                break;
            case DateTimeOffset time:
                json.WriteStringValue(UtcText.Of(time));
                break;
            case IEnumerable<KeyValuePair<string, string>> members:
                WriteObject(members);
                break;
            case IEnumerable<string> texts:
                WriteList(texts);
                break;
            default:
                json.WriteStringValue(Text(value));
                break;
        }
    }

    private void WriteObject(IEnumerable<KeyValuePair<string, string>> members)
    {
        json.WriteStartObject();
        foreach (var (name, value) in members)
        {
            json.WriteString(name, SecretNames.IsSecret(name) ? SecretNames.Mask : CleanText.Of(value, CleanText.LongestValue));
        }

        json.WriteEndObject();
    }

    private void WriteList(IEnumerable<string> texts)
    {
        json.WriteStartArray();
        foreach (var text in texts)
        {
            json.WriteStringValue(CleanText.Of(text, CleanText.LongestValue));
        }

        json.WriteEndArray();
    }
}
