using StackExchange.Redis;

namespace ServiceDefaults.Caching;

/// <summary>
/// What all workers know of how old kept results may be: one value a server in a Redis hash. A write of the server replaces it
/// by one that never was, and every result kept under the old one is out of reach, wherever it is kept.
/// </summary>
public static class CacheGenerations
{
    /// <summary>Stands for all servers.</summary>
    public const string Everything = "*";

    private static readonly RedisKey Key = "mcp:cache:generations";

    /// <summary>Messages are <c>server value</c>.</summary>
    public static RedisChannel Raised { get; } = new("mcp:cache:raised", RedisChannel.PatternMode.Literal);

    public static string New() => Guid.NewGuid().ToString("N");

    /// <summary>Makes all results of a server old, for every worker.</summary>
    public static async Task RaiseAsync(IConnectionMultiplexer redis, string server, string generation)
    {
        await redis.GetDatabase().HashSetAsync(Key, server, generation);
        await redis.GetSubscriber().PublishAsync(Raised, $"{server} {generation}");
    }

    public static async Task<IReadOnlyDictionary<string, string>> ReadAsync(IConnectionMultiplexer redis) =>
        (await redis.GetDatabase().HashGetAllAsync(Key)).ToDictionary(entry => entry.Name.ToString(), entry => entry.Value.ToString(), StringComparer.Ordinal);
}
