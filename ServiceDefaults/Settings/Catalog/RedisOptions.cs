namespace ServiceDefaults.Settings.Catalog;

/// <summary>Redis: limits, cache, heartbeats.</summary>
[SettingsGroup("Redis", 40)]
public sealed class RedisOptions
{
    [Setting("MCP_REDIS_URL", "Redis as redis://[:password@]host:port/db, rediss:// for TLS, or a StackExchange.Redis string. ConnectionStrings__redis wins over it.", Secret = true)]
    public string Url { get; set; } = "redis://localhost:6379/0";
}
