using Microsoft.Extensions.Options;
using ServiceDefaults.Settings.Catalog;

namespace McpGateway.Authentication;

/// <summary>
/// Finds out who a request comes from: <c>X-API-Key</c> or <c>Authorization: Bearer</c>, the latter with an API key or an
/// access token. Credentials in the query string do not count; they would end up in logs.
/// </summary>
internal sealed class CallerAuthenticator(ApiKeyAuthenticator apiKeys, JwtAuthenticator tokens, IOptions<AuthenticationOptions> options)
{
    public const string ApiKeyHeader = "X-API-Key";

    private const string Scheme = "Bearer ";

    private readonly bool _acceptsKeys = options.Value.Mode is "api_key" or "both";
    private readonly bool _acceptsTokens = options.Value.Mode is "jwt" or "both";

    /// <summary>Whether the request carries anything meant as a credential.</summary>
    public static bool HasCredential(HttpRequest request) =>
        request.Headers.Authorization.Count > 0 || request.Headers.ContainsKey(ApiKeyHeader);

    public async ValueTask<AuthenticationOutcome> AuthenticateAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var authorization = request.Headers.Authorization;
        var apiKey = request.Headers[ApiKeyHeader];
        if (authorization.Count > 1 || apiKey.Count > 1)
        {
            return AuthenticationFailure.Conflicting;
        }

        var bearer = authorization.Count == 1 ? await CheckBearerAsync(authorization[0]!, cancellationToken) : (AuthenticationOutcome?)null;
        var key = apiKey.Count == 1 ? await CheckKeyAsync(apiKey[0]!, cancellationToken) : (AuthenticationOutcome?)null;
        return (bearer, key) switch
        {
            (null, null) => AuthenticationFailure.Missing,
            ({ } only, null) => only,
            (null, { } only) => only,
            ({ } first, { } second) => Reconcile(first, second),
        };
    }

    private async ValueTask<AuthenticationOutcome> CheckBearerAsync(string header, CancellationToken cancellationToken)
    {
        if (!header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return AuthenticationFailure.Malformed;
        }

        var credential = header[Scheme.Length..].Trim();
        if (ApiKeyText.IsMeant(credential))
        {
            return await CheckKeyAsync(credential, cancellationToken);
        }

        return _acceptsTokens ? tokens.Authenticate(credential) : AuthenticationFailure.KindNotAccepted;
    }

    private async ValueTask<AuthenticationOutcome> CheckKeyAsync(string key, CancellationToken cancellationToken) =>
        _acceptsKeys ? await apiKeys.AuthenticateAsync(key.Trim(), cancellationToken) : AuthenticationFailure.KindNotAccepted;

    /// <summary>Both must be valid and mean the same caller; then the key counts, because its limits are the narrower ones.</summary>
    private static AuthenticationOutcome Reconcile(AuthenticationOutcome bearer, AuthenticationOutcome key)
    {
        if (bearer.Caller is null || key.Caller is null)
        {
            return bearer.Caller is null ? bearer : key;
        }

        return bearer.Caller.Identity.Subject == key.Caller.Identity.Subject ? key : AuthenticationFailure.Conflicting;
    }
}
