using McpGateway.Envelope;

namespace McpGateway.RequestLog;

/// <summary>Why a request failed, for people and for filters.</summary>
/// <param name="Error">One sentence.</param>
/// <param name="Type">The same in one word.</param>
internal sealed record RequestFailure(string Error, string Type)
{
    private static readonly RequestFailure Cancelled = new("The caller left before the answer ended.", "cancelled");
    private static readonly RequestFailure InAnswer = new("The answer reports an error.", "tool_error");

    /// <summary>Null when it did not fail.</summary>
    public static RequestFailure? Of(HttpContext context, McpCall call) =>
        call.Refusal is { } refusal ? new RequestFailure(refusal.Message, TypeOf(refusal.Status))
        : call.CallerLeft ? Cancelled
        : call.AnswerIsError ? InAnswer
        : context.Response.StatusCode >= StatusCodes.Status400BadRequest
            ? new RequestFailure($"The answer has the status {context.Response.StatusCode}.", TypeOf(context.Response.StatusCode))
        : null;

    public static RequestFailure Of(HttpContext context, McpCall call, Exception exception) =>
        exception is OperationCanceledException && context.RequestAborted.IsCancellationRequested
            ? Of(context, call) ?? Cancelled
            : new RequestFailure(exception.Message, exception.GetType().Name);

    private static string TypeOf(int status) => status switch
    {
        StatusCodes.Status400BadRequest => "malformed",
        StatusCodes.Status401Unauthorized => "unauthorized",
        StatusCodes.Status403Forbidden => "forbidden",
        StatusCodes.Status404NotFound => "not_found",
        StatusCodes.Status413PayloadTooLarge => "too_large",
        StatusCodes.Status429TooManyRequests => "rate_limited",
        StatusCodes.Status502BadGateway => "worker_failed",
        StatusCodes.Status503ServiceUnavailable => "unavailable",
        StatusCodes.Status504GatewayTimeout => "worker_timeout",
        _ => "refused",
    };
}
