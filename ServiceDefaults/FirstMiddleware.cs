using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using ServiceDefaults.Listeners;
using ServiceDefaults.RequestIds;
using ServiceDefaults.Settings;
using ServiceDefaults.Telemetry;
using ServiceDefaults.Telemetry.Metrics;

namespace ServiceDefaults;

/// <summary>What stands before everything a service adds itself, error handlers among it.</summary>
internal sealed class FirstMiddleware(ListenPlan plan, SettingsStore settings) : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.UseMetricsPort(plan, settings);
        app.UseMiddleware<RequestIdMiddleware>();
        app.UseMiddleware<RequestTelemetryMiddleware>();
        next(app);
    };
}
