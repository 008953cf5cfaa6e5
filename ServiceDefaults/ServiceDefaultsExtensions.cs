using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace ServiceDefaults;

/// <summary>What every service does the same way: settings, telemetry, health, metrics, JSON logs.</summary>
public static class ServiceDefaultsExtensions
{
    public static void AddServiceDefaults(this WebApplicationBuilder builder, ServiceIdentity identity) =>
        builder.Services.AddSingleton(identity);

    public static void MapDefaultEndpoints(this WebApplication app)
    {
    }
}
