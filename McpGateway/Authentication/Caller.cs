using McpGateway.RateLimits;
using ServiceDefaults.InternalCalls;

namespace McpGateway.Authentication;

/// <summary>Who is calling, once the credential was checked.</summary>
/// <param name="Identity">What workers are told about the caller; the credential in it is an id, never a secret.</param>
/// <param name="KeyId">Id of the API key; null for a token.</param>
/// <param name="KeyLimit">Limit of the key's own; null: the default one.</param>
/// <param name="UserLimit">Limit over everything the user does; null: none.</param>
internal sealed record Caller(InternalCaller Identity, string? KeyId, RateLimit? KeyLimit = null, RateLimit? UserLimit = null);
