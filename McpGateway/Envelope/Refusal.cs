using McpGateway.Telemetry;

namespace McpGateway.Envelope;

/// <summary>
/// An answer of the gateway's own. Policy is never 400: a client of both eras would take that for a legacy server. Codes
/// of policy answers equal their HTTP status and so lie outside the range JSON-RPC and MCP reserve.
/// </summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Code">JSON-RPC error code.</param>
/// <param name="Message">What is wrong and what to do, without any secret.</param>
/// <param name="ErrorType">What metrics count it as: one of <see cref="ErrorTypes"/>.</param>
internal sealed record Refusal(int Status, int Code, string Message, string ErrorType)
{
    public static Refusal Unauthorized { get; } = Policy(401, "Present a valid API key or access token.", ErrorTypes.Unauthenticated);

    public static Refusal Forbidden { get; } = Policy(403, "This credential is not allowed to do that.", ErrorTypes.PermissionDenied);

    public static Refusal TooLarge { get; } = Policy(413, "The request body is larger than this server accepts.", ErrorTypes.TooLarge);

    public static Refusal UnsupportedMediaType { get; } = Policy(415, "Send the message as application/json in UTF-8.", ErrorTypes.Malformed);

    public static Refusal RateLimited { get; } = Policy(429, "Too many calls. Try again after the time in Retry-After.", ErrorTypes.RateLimited);

    public static Refusal CredentialsUnverifiable { get; } = Policy(
        503, "Credentials cannot be checked at the moment. Try again shortly.", ErrorTypes.CredentialsUnverifiable);

    public static Refusal NoWorker { get; } = Policy(503, "No worker is available at the moment. Try again shortly.", ErrorTypes.NoWorker);

    public static Refusal WorkerFailed { get; } = Policy(502, "The worker failed before it answered.", ErrorTypes.WorkerFailed);

    public static Refusal WorkerTimeout { get; } = Policy(504, "The worker did not answer in time.", ErrorTypes.WorkerTimeout);

    public static Refusal SessionUnknown { get; } = Policy(404, "This session has ended. Initialize a new one.", ErrorTypes.SessionUnknown);

    public static Refusal LacksPermission(string permission) => Policy(
        403, $"This needs the permission {permission}, which this credential does not have.", ErrorTypes.PermissionDenied);

    public static Refusal Malformed(EnvelopeFault fault) => new(400, fault.Code, fault.Message, ErrorTypes.Malformed);

    private static Refusal Policy(int status, string message, string errorType) => new(status, status, message, errorType);
}
