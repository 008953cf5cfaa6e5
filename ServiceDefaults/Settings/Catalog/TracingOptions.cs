using System.ComponentModel.DataAnnotations;

namespace ServiceDefaults.Settings.Catalog;

/// <summary>Which calls leave a trace with the collector; where that is says OTEL_EXPORTER_OTLP_ENDPOINT.</summary>
[SettingsGroup("Traces", 85)]
public sealed class TracingOptions
{
    /// <summary>The gateway rolls for each call, and workers do as it did; what a caller says about sampling does not count.</summary>
    [Setting("MCP_TRACE_SAMPLE_RATIO", "Share of calls whose trace, and log lines below Warning, are exported by OTLP, 0 to 1. OTEL_TRACES_SAMPLER, when set, wins.", Yaml = "monitoring.tracing.sample_ratio", HotReload = true)]
    [Range(0.0, 1.0)]
    public double SampleRatio { get; set; } = 0.1;

    [Setting("MCP_TRACE_ERRORS", "Also export the spans of failed calls that MCP_TRACE_SAMPLE_RATIO left out, up to 20 a second per instance.", Yaml = "monitoring.tracing.errors", HotReload = true)]
    public bool KeepErrors { get; set; } = true;
}
