using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ServiceDefaults.Health;

namespace ServiceDefaults.Instances;

/// <summary>How services find each other: every process reports itself to Redis and PostgreSQL, and reads who else does.</summary>
public static class InstancesFeature
{
    /// <summary>Reports this process every 2 seconds to Redis and every 10 to PostgreSQL, and takes it off the list when it stops.</summary>
    public static void AddInstanceHeartbeat(this IHostApplicationBuilder builder)
    {
        builder.AddInstanceStores();
        builder.Services.TryAddSingleton<InstanceAddresses>();
        builder.Services.TryAddSingleton<DrainState>();
        builder.Services.AddHostedService<InstanceHeartbeat>();
    }

    /// <summary>Keeps the list of live instances current in an <see cref="InstanceDirectory"/>.</summary>
    public static void AddInstanceDirectory(this IHostApplicationBuilder builder)
    {
        builder.AddInstanceStores();
        builder.Services.TryAddSingleton(services => new InstanceDirectory(
            services.GetRequiredService<RedisInstances>(),
            services.GetRequiredService<PostgresInstances>(),
            services.GetRequiredService<ILogger<InstanceDirectory>>()));
        builder.Services.AddHostedService<InstanceDirectoryRefresh>();
    }

    private static void AddInstanceStores(this IHostApplicationBuilder builder)
    {
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.TryAddSingleton<InstanceIdentity>();
        builder.Services.TryAddSingleton<RedisInstances>();
        builder.Services.TryAddSingleton<PostgresInstances>();
    }
}
