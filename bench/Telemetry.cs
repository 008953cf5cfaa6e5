namespace Bench;

/// <summary>What of telemetry is on. Nothing: no metrics, no collector, and only critical logs.</summary>
internal sealed record Telemetry(bool Metrics, bool Traces, bool Logs)
{
    public static Telemetry None { get; } = new(false, false, false);

    public static Telemetry All { get; } = new(true, true, true);

    public static bool TryParse(string[] parts, out Telemetry telemetry)
    {
        telemetry = parts.Length == 0 ? All : new Telemetry(parts.Contains("metrics"), parts.Contains("traces"), parts.Contains("logs"));
        return parts.All(part => part is "metrics" or "traces" or "logs");
    }

    public override string ToString() => string.Join(" + ", new[] { Metrics ? "metrics" : "", Traces ? "traces" : "", Logs ? "logs" : "" }.Where(part => part.Length > 0));

    /// <summary>The settings of a service under it; sampling is the product's default.</summary>
    public Dictionary<string, string> Settings(string collector)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["MCP_MONITORING_ENABLED"] = Metrics ? "true" : "false",
            ["MCP_LOG_LEVEL"] = Logs ? "info" : "critical",
            ["MCP_TRACE_SAMPLE_RATIO"] = new ServiceDefaults.Settings.Catalog.TracingOptions().SampleRatio.ToString(System.Globalization.CultureInfo.InvariantCulture),
        };
        if (Traces)
        {
            settings["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector;
            settings["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf";
        }

        return settings;
    }
}
