namespace McpGateway.RateLimits;

/// <summary>How many calls may come: <paramref name="Burst"/> at once after a quiet spell, then so many a minute.</summary>
/// <param name="PerMinute">1 to 10,000,000.</param>
/// <param name="Burst">1 to 10,000,000.</param>
internal sealed record RateLimit(int PerMinute, int Burst)
{
    /// <summary>Time after which one call is handed back, in microseconds.</summary>
    public long EmissionMicroseconds => 60_000_000L / PerMinute;

    /// <summary>How far ahead of time calls may come, in microseconds: the time a whole burst takes to be handed back.</summary>
    public long ToleranceMicroseconds => EmissionMicroseconds * Burst;

    /// <summary>This limit's share when <paramref name="instances"/> count each on their own.</summary>
    public RateLimit DividedBy(int instances) =>
        instances <= 1 ? this : new RateLimit(Math.Max(1, PerMinute / instances), Math.Max(1, Burst / instances));
}
