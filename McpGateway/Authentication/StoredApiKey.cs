using McpGateway.RateLimits;
using ServiceDefaults.InternalCalls;

namespace McpGateway.Authentication;

/// <summary>What the store holds about a key.</summary>
/// <param name="Hash">Of the whole key, by <see cref="ApiKeyHasher"/>.</param>
/// <param name="IsRevoked">The key was revoked, or its user disabled.</param>
internal sealed record StoredApiKey(
    string Id,
    byte[] Hash,
    InternalCaller Identity,
    DateTimeOffset? ExpiresAt,
    bool IsRevoked,
    RateLimit? KeyLimit,
    RateLimit? UserLimit)
{
    public Caller ToCaller() => new(Identity, Id, KeyLimit, UserLimit);
}
