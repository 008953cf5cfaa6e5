using System.Security.Cryptography;

namespace McpGateway.Authentication;

/// <summary>Checks API keys.</summary>
internal sealed class ApiKeyAuthenticator(ApiKeyCache cache, ApiKeyHasher hasher, ApiKeyUse use, TimeProvider clock)
{
    public async ValueTask<AuthenticationOutcome> AuthenticateAsync(string key, CancellationToken cancellationToken)
    {
        if (ApiKeyText.TryGetId(key) is not { } id)
        {
            return AuthenticationFailure.Malformed;
        }

        StoredApiKey? stored;
        try
        {
            stored = await cache.FindAsync(id, cancellationToken);
        }
        catch (ApiKeyStoreUnavailableException)
        {
            return AuthenticationFailure.StoreUnavailable;
        }

        if (stored is null || !CryptographicOperations.FixedTimeEquals(hasher.Hash(key), stored.Hash))
        {
            return AuthenticationFailure.UnknownKey;
        }

        if (stored.IsRevoked)
        {
            return AuthenticationFailure.Revoked;
        }

        if (stored.ExpiresAt <= clock.GetUtcNow())
        {
            return AuthenticationFailure.Expired;
        }

        use.Note(id);
        return stored.ToCaller();
    }
}
