using System.Text.Json.Serialization;

namespace ServiceDefaults.Health;

/// <summary>Body of <c>/health</c> (S-161).</summary>
/// <param name="Uptime">Seconds since the process started.</param>
internal sealed record HealthDocument(string Status, string Timestamp, string Version, double Uptime, HealthDocumentChecks Checks);

/// <summary>Each <c>healthy</c>, or why not (S-162).</summary>
internal sealed record HealthDocumentChecks(string Server, string Database, string Dependencies, string DiskSpace, string Memory);

/// <summary>Body of <c>/health/ready</c> (S-165).</summary>
/// <param name="Reason">The first thing in the way, as a code; left out when ready.</param>
internal sealed record ReadyDocument(string Status, ReadyDocumentChecks Checks, string? Reason);

internal sealed record ReadyDocumentChecks(bool Database, bool Cache, bool Dependencies);

internal sealed record AliveDocument(string Status);

[JsonSerializable(typeof(HealthDocument))]
[JsonSerializable(typeof(ReadyDocument))]
[JsonSerializable(typeof(AliveDocument))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class HealthJson : JsonSerializerContext;
