using Microsoft.Net.Http.Headers;

namespace OpenTelemetry.Exporter.Prometheus;

/// <summary>A text format Prometheus reads.</summary>
internal sealed record ExpositionFormat(string MediaType, string Version)
{
    private const string Escaping = "underscores";

    public static ExpositionFormat PrometheusText { get; } = new("text/plain", "0.0.4");

    private static ExpositionFormat OpenMetrics { get; } = new("application/openmetrics-text", "1.0.0");

    private static readonly ExpositionFormat[] All =
        [PrometheusText, new(PrometheusText.MediaType, "1.0.0"), OpenMetrics, new(OpenMetrics.MediaType, "0.0.1")];

    public bool IsOpenMetrics => MediaType == OpenMetrics.MediaType;

    /// <summary>What the response says it is. Formats before 1.0.0 knew no escaping.</summary>
    public string ContentType => $"{MediaType}; version={Version}; charset=utf-8" + (Version == "1.0.0" ? $"; escaping={Escaping}" : "");

    /// <summary>The one with the highest quality; of equals the first; the oldest when nothing fits.</summary>
    public static ExpositionFormat Negotiate(IList<MediaTypeHeaderValue> accept) => accept
        .Select(type => (Format: Match(type), Quality: Parameter(type, "q") is null ? 1 : type.Quality ?? 0))
        .Where(candidate => candidate is { Format: not null, Quality: > 0 })
        .OrderByDescending(candidate => candidate.Quality)
        .Select(candidate => candidate.Format)
        .FirstOrDefault() ?? PrometheusText;

    private static ExpositionFormat? Match(MediaTypeHeaderValue type)
    {
        if (Parameter(type, "escaping") is not (null or Escaping or "allow-utf-8" or "dots" or "values"))
        {
            return null;
        }

        var ofType = All.Where(format => type.MediaType.Equals(format.MediaType, StringComparison.OrdinalIgnoreCase));
        return Parameter(type, "version") is { } version ? ofType.FirstOrDefault(format => format.Version == version) : ofType.FirstOrDefault();
    }

    private static string? Parameter(MediaTypeHeaderValue type, string name) =>
        type.Parameters.FirstOrDefault(parameter => parameter.Name.Equals(name, StringComparison.OrdinalIgnoreCase))?.GetUnescapedValue().Value;
}
