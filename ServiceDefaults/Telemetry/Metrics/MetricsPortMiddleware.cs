using Microsoft.AspNetCore.Builder;
using ServiceDefaults.Listeners;
using ServiceDefaults.Settings;
using ServiceDefaults.Settings.Catalog;

namespace ServiceDefaults.Telemetry.Metrics;

/// <summary>
/// The metrics port serves the metrics and nothing else, and no other port serves them (S-112). The connection's local port
/// decides; a Host header can say what it likes.
/// </summary>
internal static class MetricsPortMiddleware
{
    public static void UseMetricsPort(this IApplicationBuilder app, ListenPlan plan, SettingsStore settings)
    {
        if (plan.MetricsPort is { } port)
        {
            var path = settings.Current.Get<MetricsOptions>().Path;
            app.MapWhen(context => context.Connection.LocalPort == port, metrics => metrics
                .Use((_, next) =>
                {
                    RequestTelemetryMiddleware.LeaveOutOfTraces();
                    return next();
                })
                .UseOpenTelemetryPrometheusScrapingEndpoint(path));
        }
    }
}
