namespace McpGateway.Authentication;

/// <summary>Either the caller, or why there is none.</summary>
internal readonly record struct AuthenticationOutcome(Caller? Caller, AuthenticationFailure Failure)
{
    public static implicit operator AuthenticationOutcome(Caller caller) => new(caller, AuthenticationFailure.None);

    public static implicit operator AuthenticationOutcome(AuthenticationFailure failure) => new(null, failure);
}
