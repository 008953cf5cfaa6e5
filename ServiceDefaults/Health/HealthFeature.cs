using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ServiceDefaults.Database;

namespace ServiceDefaults.Health;

/// <summary>The three probes every service answers (S-161 to S-174).</summary>
public static class HealthFeature
{
    internal static void AddHealth(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<DrainState>();
        builder.Services.AddSingleton<SchemaGate>(_ => new SchemaGate());
        builder.Services.AddSingleton<CheckRunner>();
        builder.Services.AddSingleton<HealthMonitor>();
        builder.Services.AddHostedService<BackgroundProbes>();
        builder.Services.AddHealthChecks()
            .AddCheck<DiskSpaceCheck>("disk_space", tags: [HealthTags.Disk])
            .AddCheck<MemoryCheck>("memory", tags: [HealthTags.Memory]);
    }

    internal static void MapHealth(this IEndpointRouteBuilder routes)
    {
        MapProbe(routes, "/health/live", HealthEndpoints.Live);
        MapProbe(routes, "/alive", HealthEndpoints.Live);
        MapProbe(routes, "/health/ready", HealthEndpoints.Ready);
        routes.MapHealthDocument("/health");
    }

    /// <summary>Serves the document of <c>/health</c> at another path too.</summary>
    public static IEndpointConventionBuilder MapHealthDocument(this IEndpointRouteBuilder routes, string pattern) =>
        MapProbe(routes, pattern, HealthEndpoints.Health);

    /// <summary>HEAD too: many balancers and uptime services ask by it.</summary>
    private static RouteHandlerBuilder MapProbe(IEndpointRouteBuilder routes, string pattern, Delegate handler) =>
        routes.MapMethods(pattern, [HttpMethods.Get, HttpMethods.Head], handler)
            .AllowAnonymous()
            .ExcludeFromDescription()
            .AddEndpointFilter(async (context, next) =>
            {
                context.HttpContext.Response.Headers.CacheControl = "no-store";
                return await next(context);
            });
}
