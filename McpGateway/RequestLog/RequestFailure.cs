using McpGateway.Envelope;
using McpGateway.Telemetry;

namespace McpGateway.RequestLog;

/// <summary>Why a request failed, for people and for filters.</summary>
/// <param name="Error">One sentence.</param>
/// <param name="Type">One of <see cref="ErrorTypes"/>, or <c>cancelled</c>.</param>
internal sealed record RequestFailure(string Error, string Type)
{
    private static readonly RequestFailure Cancelled = new("The caller left before the answer ended.", "cancelled");

    /// <summary>Null when it did not fail.</summary>
    public static RequestFailure? Of(HttpContext context, McpCall call)
    {
        var status = context.Response.StatusCode;
        return call.CallerLeft ? Cancelled
            : call.ErrorTypeAt(status) is not { } type ? null
            : call.Refusal is { } refusal ? new RequestFailure(refusal.Message, type)
            : call.AnswerIsError ? new RequestFailure("The answer reports an error.", type)
            : new RequestFailure($"The answer has the status {status}.", type);
    }

    public static RequestFailure Of(HttpContext context, McpCall call, Exception exception) =>
        exception is OperationCanceledException && context.RequestAborted.IsCancellationRequested
            ? Of(context, call) ?? Cancelled
            : new RequestFailure(exception.Message, call.ErrorTypeAt(StatusCodes.Status500InternalServerError)!);
}
