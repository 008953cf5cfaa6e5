namespace McpGateway.Envelope;

/// <summary>
/// An answer of the gateway's own. Policy is never 400: a client of both eras would take that for a legacy server. Codes
/// of policy answers equal their HTTP status and so lie outside the range JSON-RPC and MCP reserve.
/// </summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Code">JSON-RPC error code.</param>
/// <param name="Message">What is wrong and what to do, without any secret.</param>
internal sealed record Refusal(int Status, int Code, string Message)
{
    public static Refusal Unauthorized { get; } = Policy(401, "Present a valid API key or access token.");

    public static Refusal Forbidden { get; } = Policy(403, "This credential is not allowed to do that.");

    public static Refusal TooLarge { get; } = Policy(413, "The request body is larger than this server accepts.");

    public static Refusal UnsupportedMediaType { get; } = Policy(415, "Send the message as application/json in UTF-8.");

    public static Refusal RateLimited { get; } = Policy(429, "Too many calls. Try again after the time in Retry-After.");

    public static Refusal CredentialsUnverifiable { get; } = Policy(503, "Credentials cannot be checked at the moment. Try again shortly.");

    public static Refusal NoWorker { get; } = Policy(503, "No worker is available at the moment. Try again shortly.");

    public static Refusal WorkerFailed { get; } = Policy(502, "The worker failed before it answered.");

    public static Refusal WorkerTimeout { get; } = Policy(504, "The worker did not answer in time.");

    public static Refusal SessionUnknown { get; } = Policy(404, "This session has ended. Initialize a new one.");

    public static Refusal Malformed(EnvelopeFault fault) => new(400, fault.Code, fault.Message);

    private static Refusal Policy(int status, string message) => new(status, status, message);
}
