using System.Buffers;
using System.Diagnostics;
using System.Text.Encodings.Web;
using System.Text.Json;
using McpGateway.Authentication;
using ServiceDefaults;
using ServiceDefaults.Logging;

namespace McpGateway.RequestLog;

/// <summary>Writes one line of JSON a request (S-211). It passes no logger: levels and exporters are not for it.</summary>
internal sealed class AccessLog(SideLogs logs, TimeProvider clock)
{
    private const int LongestText = 1024;

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    [ThreadStatic]
    private static (ArrayBufferWriter<byte> Output, Utf8JsonWriter Json)? _buffers;

    public bool IsOn => logs.WritesAccess;

    public void Write(HttpContext context, string path, int status, TimeSpan elapsed, long bytes) => Write(new AccessEntry(
        context.Request.Method,
        path,
        status,
        Math.Round(elapsed.TotalMilliseconds, 3),
        bytes,
        ClientAddress.Of(context),
        context.Features.Get<Caller>()?.Identity.Name,
        context.TraceIdentifier,
        Activity.Current?.TraceId.ToHexString(),
        context.Request.Headers.UserAgent.ToString()));

    public void Write(AccessEntry entry)
    {
        var (output, json) = _buffers ??= NewBuffers();
        output.ResetWrittenCount();
        json.Reset();
        json.WriteStartObject();
        json.WriteString("timestamp"u8, UtcText.Of(clock.GetUtcNow()));
        json.WriteString("level"u8, nameof(LogLevel.Information));
        json.WriteString("logger"u8, "McpGateway.RequestLog.AccessLog"u8);
        json.WriteString("event"u8, "http_request"u8);
        json.WriteString("method"u8, Clean(entry.Method));
        json.WriteString("path"u8, Clean(entry.Path));
        json.WriteNumber("status"u8, entry.Status);
        json.WriteNumber("duration_ms"u8, entry.DurationMs);
        json.WriteNumber("bytes"u8, entry.Bytes);
        json.WriteString("client_ip"u8, entry.ClientIp);
        json.WriteString("user"u8, entry.User is null ? null : Clean(entry.User));
        json.WriteString("request_id"u8, entry.RequestId);
        json.WriteString("trace_id"u8, entry.TraceId);
        json.WriteString("user_agent"u8, Clean(entry.UserAgent));
        json.WriteEndObject();
        json.Flush();
        output.Write("\n"u8);
        logs.Access(output.WrittenSpan.ToArray());
    }

    private static (ArrayBufferWriter<byte>, Utf8JsonWriter) NewBuffers()
    {
        var output = new ArrayBufferWriter<byte>(512);
        return (output, new Utf8JsonWriter(output, Options));
    }

    private static string Clean(string text) => CleanText.Of(text, LongestText);
}
