namespace ServiceDefaults.Telemetry;

/// <summary>Names the collection goes by.</summary>
public static class TelemetryNames
{
    /// <summary>Meters and activity sources whose name begins so are collected.</summary>
    public const string Prefix = "McpPlatform.";
}
