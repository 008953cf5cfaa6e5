using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using ServiceDefaults.Health;
using ServiceDefaults.Limits;
using ServiceDefaults.Listeners;
using ServiceDefaults.Logging;
using ServiceDefaults.Resilience;
using ServiceDefaults.Settings;
using ServiceDefaults.Telemetry;

namespace ServiceDefaults;

/// <summary>What every service does the same way (S-009): settings, listeners, logs, request ids, telemetry, health, HTTP resilience.</summary>
public static class ServiceDefaultsExtensions
{
    /// <exception cref="SettingsException">Some settings cannot be used; it names all of them.</exception>
    public static void AddServiceDefaults(this WebApplicationBuilder builder, ServiceIdentity identity)
    {
        builder.AddSettings(identity);
        ShareEnvironmentName(builder);
        builder.Services.AddSingleton(identity);
        builder.Services.TryAddSingleton(TimeProvider.System);

        var settings = Settings(builder);
        var plan = builder.AddListeners(settings, identity);
        builder.AddJsonLogging(settings);
        builder.AddTelemetry(identity, plan);
        builder.AddHealth();
        builder.AddHttpResilience();
        builder.AddLimits();
        builder.Services.AddSingleton<IStartupFilter, FirstMiddleware>();
    }

    /// <summary><c>/health</c>, <c>/health/live</c>, <c>/health/ready</c> and <c>/alive</c>; the metrics have a port of their own.</summary>
    public static void MapDefaultEndpoints(this WebApplication app) => app.MapHealth();

    /// <summary>The host keeps an environment of its own beside the web application's; MCP_ENV counts for both.</summary>
    private static void ShareEnvironmentName(WebApplicationBuilder builder)
    {
        foreach (var environment in builder.Services.Select(service => service.ImplementationInstance).OfType<IHostEnvironment>())
        {
            environment.EnvironmentName = builder.Environment.EnvironmentName;
        }
    }

    private static SettingsSnapshot Settings(WebApplicationBuilder builder) => builder.Services
        .Select(service => service.ImplementationInstance).OfType<SettingsStore>().Single().Current;
}
