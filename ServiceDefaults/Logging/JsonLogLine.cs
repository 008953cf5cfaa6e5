using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace ServiceDefaults.Logging;

/// <summary>
/// Renders an entry as one line of JSON: our fields, then those of the message, then those of the scopes from the innermost out. Of two fields with
/// one name the first is kept; one that would hide ours gets <c>field_</c> before its name.
/// </summary>
internal sealed class JsonLogLine(string service, TimeProvider clock)
{
    private const int LongestValue = 8 * 1024;
    private const int LongestTrace = 32 * 1024;

    private static readonly HashSet<string> Ours = new(StringComparer.Ordinal)
    {
        "timestamp", "level", "logger", "event", "message", "service", "version", "trace_id", "span_id", "error", "error_type", "traceback",
    };

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    [ThreadStatic]
    private static Buffers? _buffers;

    public string Format(in LogEntry entry, IExternalScopeProvider? scopes)
    {
        var buffers = _buffers ??= new Buffers();
        buffers.Clear();
        var json = buffers.Json;

        json.WriteStartObject();
        json.WriteString("timestamp"u8, UtcText.Of(clock.GetUtcNow()));
        json.WriteString("level"u8, entry.Level.ToString());
        json.WriteString("logger"u8, entry.Category);
        json.WriteString("event"u8, Shorten(entry.EventOrTemplate, LongestValue));
        json.WriteString("message"u8, Shorten(entry.Message, LongestValue));
        json.WriteString("service"u8, service);
        json.WriteString("version"u8, ProductVersion.Current);
        WriteActivity(json);
        WriteException(json, entry.Exception);
        foreach (var (name, value) in entry.Fields)
        {
            buffers.WriteField(name, value);
        }

        scopes?.ForEachScope(static (scope, buffers) => buffers.Scopes.Add(scope), buffers);
        for (var innermost = buffers.Scopes.Count - 1; innermost >= 0; innermost--)
        {
            buffers.WriteScope(buffers.Scopes[innermost]);
        }

        json.WriteEndObject();
        json.Flush();

        return Encoding.UTF8.GetString(buffers.Output.WrittenSpan);
    }

    private static void WriteActivity(Utf8JsonWriter json)
    {
        if (Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity)
        {
            json.WriteString("trace_id"u8, activity.TraceId.ToHexString());
            json.WriteString("span_id"u8, activity.SpanId.ToHexString());
        }
    }

    private static void WriteException(Utf8JsonWriter json, Exception? exception)
    {
        if (exception is not null)
        {
            json.WriteString("error"u8, Shorten(exception.Message, LongestValue));
            json.WriteString("error_type"u8, exception.GetType().FullName);
            json.WriteString("traceback"u8, Shorten(exception.ToString(), LongestTrace));
        }
    }

    private static string Shorten(string text, int longest)
    {
        if (text.Length > longest)
        {
            // Not between the two halves of a character.
            var end = char.IsHighSurrogate(text[longest - 1]) ? longest - 1 : longest;
            text = string.Concat(text.AsSpan(0, end), "…");
        }

        return text;
    }

    /// <summary>What one thread reuses from line to line.</summary>
    private sealed class Buffers
    {
        private readonly HashSet<string> _written = new(StringComparer.Ordinal);

        public Buffers() => Json = new Utf8JsonWriter(Output, Options);

        public ArrayBufferWriter<byte> Output { get; } = new(1024);

        public Utf8JsonWriter Json { get; }

        public List<object?> Scopes { get; } = [];

        public void Clear()
        {
            Output.ResetWrittenCount();
            Json.Reset();
            _written.Clear();
            Scopes.Clear();
        }

        public void WriteScope(object? scope)
        {
            if (scope is IEnumerable<KeyValuePair<string, object?>> fields)
            {
                foreach (var (name, value) in fields)
                {
                    WriteField(name, value);
                }
            }
        }

        public void WriteField(string name, object? value)
        {
            if (LogEntry.IsTemplate(name))
            {
                return;
            }

            var field = SnakeCase.Of(name);
            field = Ours.Contains(field) ? "field_" + field : field;
            if (_written.Add(field))
            {
                Json.WritePropertyName(field);
                WriteValue(value);
            }
        }

        private void WriteValue(object? value)
        {
            switch (value)
            {
                case null:
                    Json.WriteNullValue();
                    break;
                case string text:
                    Json.WriteStringValue(Shorten(text, LongestValue));
                    break;
                case bool flag:
                    Json.WriteBooleanValue(flag);
                    break;
                case byte or sbyte or short or ushort or int or uint or long:
                    Json.WriteNumberValue(Convert.ToInt64(value, CultureInfo.InvariantCulture));
                    break;
                case ulong number:
                    Json.WriteNumberValue(number);
                    break;
                case decimal number:
                    Json.WriteNumberValue(number);
                    break;
                case float or double when double.IsFinite(Convert.ToDouble(value, CultureInfo.InvariantCulture)):
                    Json.WriteNumberValue(Convert.ToDouble(value, CultureInfo.InvariantCulture));
                    break;
                case DateTimeOffset time:
                    Json.WriteStringValue(UtcText.Of(time));
                    break;
                case IEnumerable<string> texts:
                    WriteList(texts);
                    break;
                default:
                    Json.WriteStringValue(Shorten(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "", LongestValue));
                    break;
            }
        }

        private void WriteList(IEnumerable<string> texts)
        {
            Json.WriteStartArray();
            foreach (var text in texts)
            {
                Json.WriteStringValue(Shorten(text, LongestValue));
            }

            Json.WriteEndArray();
        }
    }
}
