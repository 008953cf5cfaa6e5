using ServiceDefaults.Resilience;
using StackExchange.Redis;

namespace McpGateway.RateLimits;

/// <summary>How much each caller may ask.</summary>
internal static class RateLimitsFeature
{
    /// <summary>What a limit may cost a call; a slower Redis counts as away.</summary>
    private static readonly TimeSpan RedisBudget = TimeSpan.FromMilliseconds(25);

    public static void AddRateLimits(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<RemainingQuotas>();
        builder.Services.AddSingleton<RateLimitMetrics>();
        builder.Services.AddSingleton<LocalLimiter>();
        builder.Services.AddSingleton(services => new RedisLimiter(
            services.GetRequiredService<IConnectionMultiplexer>(), services.GetRequiredService<RemainingQuotas>(), RedisBudget));
        builder.Services.AddSingleton<RedisBreaker>();
        builder.Services.AddSingleton<RateLimiter>();
        builder.Services.AddSingleton<RatePolicies>();
    }

    public static void UseRateLimits(this WebApplication app)
    {
        _ = app.Services.GetRequiredService<RateLimitMetrics>();
        app.UseMiddleware<RateLimitMiddleware>();
    }
}
