using System.Collections.Concurrent;
using OpenTelemetry.Metrics;

namespace OpenTelemetry.Exporter.Prometheus;

/// <summary>Renders all metrics when somebody scrapes; scrapes within the cache's time share one rendering.</summary>
[ExportModes(ExportModes.Pull)]
internal sealed class PrometheusExporter : BaseExporter<Metric>, IPullMetricExporter
{
    // A provider does not tell its exporters, so each remembers itself; weakly, for a provider may be gone before the process.
    private static readonly ConcurrentBag<WeakReference<PrometheusExporter>> All = [];

    private readonly PrometheusAspNetCoreOptions _options;
    private readonly SemaphoreSlim _collecting = new(1);
    private readonly Dictionary<ExpositionFormat, Scrape> _scrapes = [];
    private ExpositionFormat _format = ExpositionFormat.PrometheusText;
    private byte[]? _rendered;

    public PrometheusExporter(PrometheusAspNetCoreOptions options)
    {
        _options = options;
        All.Add(new WeakReference<PrometheusExporter>(this));
    }

    public Func<int, bool>? Collect { get; set; }

    /// <exception cref="ArgumentException">The provider was built without <c>AddPrometheusExporter</c>.</exception>
    public static PrometheusExporter Of(MeterProvider provider)
    {
        foreach (var reference in All)
        {
            if (reference.TryGetTarget(out var exporter) && exporter.ParentProvider == provider)
            {
                return exporter;
            }
        }

        throw new ArgumentException("The meter provider has no Prometheus exporter: call AddPrometheusExporter when building it.", nameof(provider));
    }

    /// <returns>Null when collecting failed.</returns>
    public async Task<Scrape?> ScrapeAsync(ExpositionFormat format, CancellationToken cancellationToken)
    {
        await _collecting.WaitAsync(cancellationToken);
        try
        {
            if (_scrapes.TryGetValue(format, out var recent) && TimeProvider.System.GetElapsedTime(recent.Timestamp) < CacheFor)
            {
                return recent;
            }

            _format = format;
            _rendered = null;
            if (Collect?.Invoke(Timeout.Infinite) != true || _rendered is null)
            {
                return null;
            }

            return _scrapes[format] = new Scrape(_rendered, TimeProvider.System.GetUtcNow(), TimeProvider.System.GetTimestamp());
        }
        finally
        {
            _collecting.Release();
        }
    }

    /// <summary>Called by <see cref="Collect"/>; the points are valid only until it returns.</summary>
    public override ExportResult Export(in Batch<Metric> batch)
    {
        var writer = new ExpositionWriter(_format, _options);
        if (_options.TargetInfoEnabled)
        {
            writer.WriteTargetInfo(ParentProvider.GetResource());
        }

        _rendered = writer.WriteMetrics(batch);
        return ExportResult.Success;
    }

    protected override void Dispose(bool disposing)
    {
        _collecting.Dispose();
        base.Dispose(disposing);
    }

    private TimeSpan CacheFor => TimeSpan.FromMilliseconds(_options.ScrapeResponseCacheDurationMilliseconds);

    /// <summary>One rendering.</summary>
    /// <param name="Timestamp">For measuring its age.</param>
    internal sealed record Scrape(byte[] Body, DateTimeOffset At, long Timestamp);
}
