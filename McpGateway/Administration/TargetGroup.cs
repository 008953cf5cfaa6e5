using System.Text.Json.Serialization;

namespace McpGateway.Administration;

/// <summary>One element of an <c>http_sd</c> answer.</summary>
/// <param name="Targets"><c>host:port</c>.</param>
internal sealed record TargetGroup(IReadOnlyList<string> Targets, TargetLabels Labels);

/// <summary>Labels of all series of the target; those with underscores tell Prometheus how to scrape it.</summary>
internal sealed record TargetLabels(
    string Service,
    string InstanceId,
    string Version,
    [property: JsonPropertyName("__scheme__")] string Scheme,
    [property: JsonPropertyName("__metrics_path__")] string MetricsPath);

[JsonSerializable(typeof(List<TargetGroup>))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
internal sealed partial class TargetJson : JsonSerializerContext;
