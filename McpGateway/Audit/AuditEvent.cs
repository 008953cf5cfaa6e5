using System.Text.Json;
using System.Text.Json.Serialization;

namespace McpGateway.Audit;

/// <summary>Something that happened, as one line of the spool and one row of the audit log. Never arguments, never secrets.</summary>
/// <param name="Id">Made here, so that a replay after a crash adds nothing twice.</param>
/// <param name="Result">What came of it; <see cref="Started"/> while nobody knows.</param>
/// <param name="IntentOf">On a call's outcome: the id of the event written before the call was forwarded.</param>
internal sealed record AuditEvent(
    Guid Id,
    DateTimeOffset Timestamp,
    string EventType,
    string? User,
    string? KeyId,
    string Action,
    string Resource,
    string Result,
    string? IpAddress,
    string? UserAgent,
    string? RequestId,
    string? TraceId,
    double? DurationMs,
    string Instance,
    Guid? IntentOf)
{
    public const string Started = "started";

    /// <summary>The process ended before the call did.</summary>
    public const string Unknown = "unknown";

    [JsonIgnore]
    public bool IsIntent => Result == Started;

    /// <summary>JSON in UTF-8 with a line's end, as the spool and audit.log have it.</summary>
    public byte[] ToLine() => [.. JsonSerializer.SerializeToUtf8Bytes(this, AuditJson.Default.AuditEvent), (byte)'\n'];
}

[JsonSerializable(typeof(AuditEvent))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class AuditJson : JsonSerializerContext;
