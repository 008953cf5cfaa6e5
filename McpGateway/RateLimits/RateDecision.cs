namespace McpGateway.RateLimits;

/// <summary>What the policies said together: all admit a call, or none is charged for it.</summary>
/// <param name="Policy">The policy that refused, or else the one with the least left.</param>
/// <param name="Remaining">Calls left at once under it.</param>
/// <param name="RetryAfter">When refused: how long until a call would pass.</param>
/// <param name="FullAfter">How long until the whole burst is there again.</param>
internal sealed record RateDecision(bool IsAllowed, RatePolicy Policy, long Remaining, TimeSpan RetryAfter, TimeSpan FullAfter)
{
    /// <summary>From the microseconds the counters work in.</summary>
    public static RateDecision FromMicroseconds(bool isAllowed, RatePolicy policy, long remaining, long retryAfter, long fullAfter) =>
        new(isAllowed, policy, remaining, TimeSpan.FromMicroseconds(retryAfter), TimeSpan.FromMicroseconds(fullAfter));
}
