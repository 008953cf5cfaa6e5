using ServiceDefaults.Resilience;
using ServiceDefaults.Telemetry.Tracing;
using StackExchange.Redis;

namespace McpWorker.Caching;

/// <summary>Redis as the cache asks it: 25 ms a question while a call waits, and none while it does not answer.</summary>
internal sealed partial class CacheRedis(IConnectionMultiplexer redis, TimeProvider clock, ILogger<CacheRedis> logger)
{
    /// <summary>What nobody waits for may take.</summary>
    public static readonly TimeSpan InBackground = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan InCall = TimeSpan.FromMilliseconds(25);

    private readonly RedisBreaker _breaker = new(clock);

    public IConnectionMultiplexer Connection => redis;

    /// <summary>Null: there is none, or Redis did not answer.</summary>
    public async Task<byte[]?> ReadAsync(string key)
    {
        byte[]? value = null;
        await TryAsync("GET", async () => value = await redis.GetDatabase().StringGetAsync(key));
        return value;
    }

    public Task WriteAsync(string key, byte[] value, TimeSpan lifetime) =>
        TryAsync("SET", async () => await redis.GetDatabase().StringSetAsync(key, value, lifetime));

    /// <summary>False: Redis is not asked now, or did not answer in time; whether it did what it was asked to is not known.</summary>
    public async Task<bool> TryAsync(string operation, Func<Task> command, TimeSpan? budget = null)
    {
        if (_breaker.IsOpen && !_breaker.TryBeginProbe())
        {
            return false;
        }

        try
        {
            await RedisSpans.RunAsync(operation, async () =>
            {
                await command().WaitAsync(budget ?? InCall);
                return true;
            });
        }
        catch (Exception exception) when (RedisBreaker.IsOutage(exception))
        {
            if (_breaker.Failed())
            {
                LogAway(exception.Message);
            }

            return false;
        }

        if (_breaker.Succeeded())
        {
            LogBack();
        }

        return true;
    }

    [LoggerMessage(LogLevel.Warning, "Redis does not answer ({Reason}); this worker keeps results for itself and for seconds only until it does", EventName = "cache_alone")]
    private partial void LogAway(string reason);

    [LoggerMessage(LogLevel.Information, "Redis answers again; kept results are shared by all workers", EventName = "cache_shared")]
    private partial void LogBack();
}
