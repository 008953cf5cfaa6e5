namespace McpGateway.Authentication;

/// <summary>Why a credential was refused. Callers are never told; logs, audit and metrics are.</summary>
internal enum AuthenticationFailure
{
    None,

    /// <summary>No credential at all.</summary>
    Missing,

    /// <summary>Not shaped like a credential, or the checksum of an API key is wrong.</summary>
    Malformed,

    /// <summary>A kind of credential that MCP_AUTH_MODE does not accept.</summary>
    KindNotAccepted,

    /// <summary>Two credentials that name different callers.</summary>
    Conflicting,

    /// <summary>No such API key, or its secret is wrong.</summary>
    UnknownKey,

    /// <summary>The key was revoked, or its user disabled.</summary>
    Revoked,

    /// <summary>Past its expiry.</summary>
    Expired,

    /// <summary>Its <c>nbf</c> or <c>iat</c> lies in the future.</summary>
    TokenNotYetValid,

    /// <summary>The token's signature or algorithm is not ours.</summary>
    BadSignature,

    /// <summary>The token lacks a claim, has one twice, or of a wrong type.</summary>
    BadClaims,

    /// <summary>The key store did not answer, and the key is not in the cache: it may well be valid.</summary>
    StoreUnavailable,
}

internal static class AuthenticationFailures
{
    /// <summary>Every reason a credential that was presented can be refused for.</summary>
    public static IEnumerable<string> Reasons =>
        Enum.GetValues<AuthenticationFailure>().Except([AuthenticationFailure.None, AuthenticationFailure.Missing]).Select(Reason);

    /// <summary>The word logs and metrics use.</summary>
    public static string Reason(this AuthenticationFailure failure) => failure switch
    {
        AuthenticationFailure.None => "none",
        AuthenticationFailure.Missing => "missing",
        AuthenticationFailure.Malformed => "malformed",
        AuthenticationFailure.KindNotAccepted => "kind_not_accepted",
        AuthenticationFailure.Conflicting => "conflicting",
        AuthenticationFailure.UnknownKey => "unknown_key",
        AuthenticationFailure.Revoked => "revoked",
        AuthenticationFailure.Expired => "expired",
        AuthenticationFailure.TokenNotYetValid => "token_not_yet_valid",
        AuthenticationFailure.BadSignature => "bad_signature",
        AuthenticationFailure.BadClaims => "bad_claims",
        AuthenticationFailure.StoreUnavailable => "store_unavailable",
        _ => throw new ArgumentOutOfRangeException(nameof(failure)),
    };
}
