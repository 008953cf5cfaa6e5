namespace McpWorker.Caching;

/// <summary>Keeps results of tools that allow it.</summary>
internal static class CachingFeature
{
    public static void AddCaching(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<RecentResults>();
        builder.Services.AddSingleton<CacheRedis>();
        builder.Services.AddSingleton<Generations>();
        builder.Services.AddHostedService(services => services.GetRequiredService<Generations>());
        builder.Services.AddSingleton<CacheMetrics>();
        builder.Services.AddHostedService(services => services.GetRequiredService<CacheMetrics>());
        builder.Services.AddSingleton<ToolCache>();
    }
}
