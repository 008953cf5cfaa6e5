using McpGateway.Authentication;
using Microsoft.Extensions.Options;
using ServiceDefaults.Settings.Catalog;

namespace McpGateway.RateLimits;

/// <summary>Which limits a caller's calls have to pass.</summary>
internal sealed class RatePolicies(IOptionsMonitor<RateLimitOptions> options)
{
    private const string Key = "key";
    private const string User = "user";
    private const string Global = "global";

    public static IReadOnlyList<string> Names { get; } = [Key, User, Global];

    /// <summary>
    /// A key by its own limit or the default one, a token's user by the default; beside that the user's over all keys
    /// together, where one is set, and the one over all callers, where one is set.
    /// </summary>
    public IReadOnlyList<RatePolicy> For(Caller caller)
    {
        var current = options.CurrentValue;
        var standard = new RateLimit(current.EffectiveRequestsPerMinute, current.EffectiveBurst);
        var policies = new List<RatePolicy>(3)
        {
            caller.KeyId is { } key
                ? new RatePolicy(Key, $"key:{key}", caller.KeyLimit ?? standard)
                : new RatePolicy(User, $"user:{caller.Identity.Subject}", caller.UserLimit ?? standard),
        };
        if (caller.KeyId is not null && caller.UserLimit is { } userLimit)
        {
            policies.Add(new RatePolicy(User, $"user:{caller.Identity.Subject}", userLimit));
        }

        if (current.GlobalRequestsPerMinute > 0)
        {
            policies.Add(new RatePolicy(Global, "global", new RateLimit(current.GlobalRequestsPerMinute, current.EffectiveGlobalBurst)));
        }

        return policies;
    }
}
