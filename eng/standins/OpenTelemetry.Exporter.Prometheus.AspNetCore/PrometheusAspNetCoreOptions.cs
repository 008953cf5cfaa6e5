namespace OpenTelemetry.Exporter;

/// <summary>How metrics are offered to Prometheus.</summary>
public class PrometheusAspNetCoreOptions
{
    /// <summary>Labels that name the meter: <c>otel_scope_name</c>, <c>otel_scope_version</c> and its tags.</summary>
    public bool ScopeInfoEnabled { get; set; } = true;

    /// <summary>The metric <c>target_info</c>, whose labels are the resource's attributes.</summary>
    public bool TargetInfoEnabled { get; set; } = true;

    /// <summary>Milliseconds for which one collection answers every scrape; 0 collects each time.</summary>
    public int ScrapeResponseCacheDurationMilliseconds { get; set; } = 300;
}
