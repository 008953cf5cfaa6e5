using ServiceDefaults.Resilience;

namespace ServiceDefaults.Instances;

/// <summary>The rhythm of heartbeats. An instance is taken for dead after three missed ones.</summary>
internal static class InstanceBeats
{
    public static readonly TimeSpan RedisEvery = TimeSpan.FromSeconds(2);
    public static readonly TimeSpan RedisDeadAfter = RedisEvery * 3;
    public static readonly TimeSpan PostgresEvery = TimeSpan.FromSeconds(10);
    public static readonly TimeSpan PostgresDeadAfter = PostgresEvery * 3;

    /// <summary>How long one store may take; a hanging one must not silence the other.</summary>
    public static readonly TimeSpan StoreTimeout = TimeSpan.FromSeconds(1.5);

    /// <exception cref="OperationCanceledException">The store took too long, or the token was cancelled.</exception>
    public static Task<T> WithinTimeoutAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken) =>
        Abandon.After(StoreTimeout, call, cancellationToken);
}
