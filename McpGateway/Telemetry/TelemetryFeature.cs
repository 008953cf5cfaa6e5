namespace McpGateway.Telemetry;

/// <summary>What the gateway measures about itself.</summary>
internal static class TelemetryFeature
{
    public static void AddGatewayTelemetry(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<GatewayMetrics>().AddSingleton<GatewaySpans>();
        builder.Services.AddHostedService<ActiveSessions>();
        builder.Services.AddHostedService<FirstSeries>();
    }
}
