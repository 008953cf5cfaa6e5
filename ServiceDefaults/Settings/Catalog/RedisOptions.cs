using System.ComponentModel.DataAnnotations;

namespace ServiceDefaults.Settings.Catalog;

/// <summary>Redis: limits, cache, heartbeats.</summary>
[SettingsGroup("Redis", 40)]
public sealed class RedisOptions
{
    [Setting("MCP_REDIS_URL", "Redis as redis://[:password@]host:port/db, rediss:// for TLS, or a StackExchange.Redis string. ConnectionStrings__redis wins over it.", Secret = true)]
    public string Url { get; set; } = "redis://localhost:6379/0";

    [Setting("MCP_REDIS_POOL_SIZE", "Connections a service may hold to Redis, 1 to 1000. A multiplexed connection needs no pool.", Reserved = true)]
    [Range(1, 1000)]
    public int PoolSize { get; set; } = 10;
}
