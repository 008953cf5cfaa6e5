namespace McpGateway.RateLimits;

/// <summary>One of the limits a call has to pass.</summary>
/// <param name="Name">What the headers call it: key, user or global.</param>
/// <param name="Key">Whose calls are counted together.</param>
internal sealed record RatePolicy(string Name, string Key, RateLimit Limit);
