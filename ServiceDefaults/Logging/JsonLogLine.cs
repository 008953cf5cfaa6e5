using System.Buffers;
using System.Diagnostics;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace ServiceDefaults.Logging;

/// <summary>Renders an entry as one line of JSON: our fields, then those of the message, then those of the scopes from the innermost out.</summary>
internal sealed class JsonLogLine(string service, TimeProvider clock)
{
    // The writer is ours alone, so what it writes is well-formed without its checking.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    [ThreadStatic]
    private static Buffers? _buffers;

    /// <returns>UTF-8, with the line's end.</returns>
    public byte[] Format(in LogEntry entry, IExternalScopeProvider? scopes)
    {
        var buffers = _buffers ??= new Buffers();
        buffers.Begin(entry.Exception is not null);
        var json = buffers.Json;

        json.WriteStartObject();
        json.WriteString("timestamp"u8, UtcText.Of(clock.GetUtcNow()));
        json.WriteString("level"u8, NameOf(entry.Level));
        json.WriteString("logger"u8, entry.Category);
        json.WriteString("event"u8, entry.EventName);
        json.WriteString("message"u8, CleanText.Of(entry.CleanMessage, CleanText.LongestValue));
        json.WriteString("service"u8, service);
        json.WriteString("version"u8, ProductVersion.Current);
        WriteActivity(json);
        WriteException(json, entry);
        for (var index = 0; index < entry.Fields.Count; index++)
        {
            buffers.Fields.Write(entry.Fields[index].Key, entry.Fields[index].Value);
        }

        WriteScopes(buffers, scopes);
        json.WriteEndObject();
        json.Flush();
        buffers.Output.Write("\n"u8);

        return buffers.Output.WrittenSpan.ToArray();
    }

    private static string NameOf(LogLevel level) => level switch
    {
        LogLevel.Trace => nameof(LogLevel.Trace),
        LogLevel.Debug => nameof(LogLevel.Debug),
        LogLevel.Information => nameof(LogLevel.Information),
        LogLevel.Warning => nameof(LogLevel.Warning),
        LogLevel.Error => nameof(LogLevel.Error),
        _ => nameof(LogLevel.Critical),
    };

    private static void WriteActivity(Utf8JsonWriter json)
    {
        if (Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity)
        {
            json.WriteString("trace_id"u8, activity.TraceId.ToHexString());
            json.WriteString("span_id"u8, activity.SpanId.ToHexString());
        }
    }

    private static void WriteException(Utf8JsonWriter json, in LogEntry entry)
    {
        if (entry.Exception is { } exception)
        {
            json.WriteString("error"u8, CleanText.Of(LogEntry.CleanOf(exception.Message, entry.Fields), CleanText.LongestValue));
            json.WriteString("error_type"u8, exception.GetType().FullName);
            json.WriteString("traceback"u8, CleanText.Of(LogEntry.CleanOf(exception.ToString(), entry.Fields), CleanText.LongestTrace));
        }
    }

    private static void WriteScopes(Buffers buffers, IExternalScopeProvider? scopes)
    {
        scopes?.ForEachScope(static (scope, buffers) => buffers.Scopes.Add(scope), buffers);
        for (var innermost = buffers.Scopes.Count - 1; innermost >= 0; innermost--)
        {
            if (buffers.Scopes[innermost] is IReadOnlyList<KeyValuePair<string, object?>> list)
            {
                for (var index = 0; index < list.Count; index++)
                {
                    buffers.Fields.Write(list[index].Key, list[index].Value);
                }
            }
            else if (buffers.Scopes[innermost] is IEnumerable<KeyValuePair<string, object?>> fields)
            {
                foreach (var (name, value) in fields)
                {
                    buffers.Fields.Write(name, value);
                }
            }
        }
    }

    /// <summary>What one thread reuses from line to line.</summary>
    private sealed class Buffers
    {
        public Buffers()
        {
            Json = new Utf8JsonWriter(Output, Options);
            Fields = new LogFields(Json);
        }

        public ArrayBufferWriter<byte> Output { get; } = new(1024);

        public Utf8JsonWriter Json { get; }

        public LogFields Fields { get; }

        public List<object?> Scopes { get; } = [];

        public void Begin(bool hasException)
        {
            Output.ResetWrittenCount();
            Json.Reset();
            Fields.Begin(hasException);
            Scopes.Clear();
        }
    }
}
