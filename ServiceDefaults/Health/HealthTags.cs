namespace ServiceDefaults.Health;

/// <summary>
/// What a health check is about. A service adds its own with
/// <c>services.AddHealthChecks().AddCheck&lt;T&gt;("workers", tags: [HealthTags.Dependency])</c>.
/// </summary>
public static class HealthTags
{
    /// <summary>Something outside this process that its answers need: a worker, an upstream, a remote store.</summary>
    public const string Dependency = "dependency";

    /// <summary>
    /// Something inside this process that may ail while the rest serves on: probed and logged as all else, but no reason to
    /// call the service unhealthy or not ready (S-142).
    /// </summary>
    public const string Module = "module";

    internal const string Database = "database";
    internal const string Cache = "cache";
    internal const string Disk = "disk";
    internal const string Memory = "memory";

    // The names under which the Aspire client packages register theirs; they take no tags.
    private const string NpgsqlCheck = "PostgreSql";
    private const string RedisCheck = "StackExchange.Redis";

    /// <summary>Which group a registered check counts for; null: none of ours.</summary>
    internal static string? GroupOf(string name, ISet<string> tags) => name switch
    {
        NpgsqlCheck => Database,
        RedisCheck => Cache,
        _ => tags.FirstOrDefault(tag => tag is Dependency or Module or Database or Cache or Disk or Memory),
    };
}
