namespace ServiceDefaults.InternalCalls;

/// <summary>The caller the gateway authenticated, as it is told to a worker.</summary>
/// <param name="Subject">Stable id of the user or service account.</param>
/// <param name="Name">Name for people.</param>
/// <param name="Credential">Id of the API key or token that was presented, never its secret.</param>
/// <param name="Permissions">Granted permissions, wildcards included; see design.md §12 for their form.</param>
public sealed record InternalCaller(
    string Subject,
    string Name,
    string Credential,
    IReadOnlyList<string> Roles,
    IReadOnlyList<string> Permissions);

/// <summary>What one internal token is good for: one caller, one MCP method, one name, one request.</summary>
/// <param name="Method">MCP method, or the HTTP method for requests without a JSON-RPC body.</param>
/// <param name="Target">Tool, prompt or resource named by the call; empty when the method names none.</param>
public sealed record InternalCall(InternalCaller Caller, string Method, string Target, string RequestId);
