using Microsoft.Net.Http.Headers;

namespace OpenTelemetry.Exporter.Prometheus;

/// <summary>A text format Prometheus reads.</summary>
/// <param name="ContentType">What the response says it is.</param>
internal sealed record ExpositionFormat(string ContentType, bool IsOpenMetrics)
{
    public static ExpositionFormat PrometheusText { get; } = new("text/plain; version=0.0.4; charset=utf-8", IsOpenMetrics: false);

    public static ExpositionFormat OpenMetrics { get; } =
        new("application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=underscores", IsOpenMetrics: true);

    /// <summary>The one with the highest quality; of equals the first; the older one when nothing fits.</summary>
    public static ExpositionFormat Negotiate(IList<MediaTypeHeaderValue> accept)
    {
        var acceptable = accept
            .Select(type => (Format: Match(type), Quality: type.Quality ?? 1))
            .Where(candidate => candidate is { Format: not null, Quality: > 0 })
            .OrderByDescending(candidate => candidate.Quality);
        return acceptable.Select(candidate => candidate.Format).FirstOrDefault() ?? PrometheusText;
    }

    private static ExpositionFormat? Match(MediaTypeHeaderValue type)
    {
        var version = type.Parameters.FirstOrDefault(parameter => parameter.Name.Equals("version", StringComparison.OrdinalIgnoreCase))?.GetUnescapedValue().Value;
        return type.MediaType.Value?.ToLowerInvariant() switch
        {
            "application/openmetrics-text" when version is null or "1.0.0" => OpenMetrics,
            "text/plain" when version is null or "0.0.4" => PrometheusText,
            _ => null,
        };
    }
}
