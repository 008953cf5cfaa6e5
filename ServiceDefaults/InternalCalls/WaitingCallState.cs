namespace ServiceDefaults.InternalCalls;

/// <summary>
/// Request state of a call that one worker keeps while its caller is asked something. It names that instance, in clear, for
/// the gateway to find it again, and a handle that only the caller was told; the worker checks that it is the same caller
/// with the same call.
/// </summary>
public static class WaitingCallState
{
    private const string Prefix = "call:";

    public static string Of(string instance, string handle) => $"{Prefix}{instance}:{handle}";

    /// <summary>False: it is another kind of state, or none.</summary>
    public static bool TryRead(string? state, out string instance, out string handle)
    {
        (instance, handle) = ("", "");
        var end = state?.LastIndexOf(':') ?? -1;
        if (state is null || !state.StartsWith(Prefix, StringComparison.Ordinal) || end < Prefix.Length)
        {
            return false;
        }

        (instance, handle) = (state[Prefix.Length..end], state[(end + 1)..]);
        return true;
    }
}
