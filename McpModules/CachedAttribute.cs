namespace McpModules;

/// <summary>
/// Keeps the results of a read-only tool, in the worker's memory and in Redis, for <c>CACHE_TTL</c> seconds at most. The
/// end of any call of a tool of the same module that is not read-only makes all of them old, also one that failed: it may
/// have changed something before. Results that report an error or ask the caller something are never kept.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class CachedAttribute : Attribute
{
    /// <summary>Who may be given a kept result. Default: only the caller it was made for.</summary>
    public CacheScope Scope { get; init; } = CacheScope.Caller;

    /// <summary>Other modules whose data the results are made of: their writes make the results old too.</summary>
    public string[] DependsOn { get; init; } = [];
}

/// <summary>Who may be given a result that was kept.</summary>
public enum CacheScope
{
    /// <summary>The caller it was made for.</summary>
    Caller,

    /// <summary>Callers with exactly the same permissions.</summary>
    Permissions,

    /// <summary>Everybody who may call the tool: the result depends on nothing but the arguments.</summary>
    Everyone,
}
