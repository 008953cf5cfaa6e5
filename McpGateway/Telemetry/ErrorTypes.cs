namespace McpGateway.Telemetry;

/// <summary>
/// Values of <c>error_type</c> in <c>mcp_errors_total</c> and <c>request_failed</c>, and of a span's <c>error.type</c>; there are no
/// others. An error is counted once, by the first thing that went wrong. A caller who leaves is none.
/// </summary>
internal static class ErrorTypes
{
    /// <summary>A tool said that it failed (<c>isError</c>).</summary>
    public const string Tool = "tool_error";

    /// <summary>A worker answered with a JSON-RPC error or refused the request, for example for wrong parameters.</summary>
    public const string Protocol = "protocol";

    /// <summary>The message is no proper MCP message.</summary>
    public const string Malformed = "malformed";

    public const string Unauthenticated = "unauthenticated";

    public const string PermissionDenied = "permission_denied";

    public const string RateLimited = "rate_limited";

    public const string TooLarge = "too_large";

    public const string SessionUnknown = "session_unknown";

    /// <summary>Credentials could not be checked.</summary>
    public const string CredentialsUnverifiable = "credentials_unverifiable";

    /// <summary>No worker took the call.</summary>
    public const string NoWorker = "no_worker";

    /// <summary>A worker failed before or while it answered.</summary>
    public const string WorkerFailed = "worker_failed";

    public const string WorkerTimeout = "worker_timeout";

    /// <summary>The gateway itself failed.</summary>
    public const string Internal = "internal";

    public static IReadOnlyList<string> All { get; } =
    [
        Tool, Protocol, Malformed, Unauthenticated, PermissionDenied, RateLimited, TooLarge, SessionUnknown, CredentialsUnverifiable,
        NoWorker, WorkerFailed, WorkerTimeout, Internal,
    ];
}
