using McpGateway.Authentication;
using McpGateway.Telemetry;

namespace McpGateway.Envelope;

/// <summary>One request on an MCP route, as the steps of the pipeline learn about it.</summary>
internal sealed class McpCall(RequestBody body) : IDisposable
{
    /// <summary>The request's original bytes, once they were read; they are forwarded as they came.</summary>
    public RequestBody Body { get; } = body;

    /// <summary>What the body says. Empty until it was read, and for GET and DELETE.</summary>
    public McpEnvelope Envelope { get; set; } = McpEnvelope.None;

    /// <summary>Whether <see cref="Envelope"/> says all there is to say.</summary>
    public bool IsRead { get; set; }

    public Caller? Caller { get; set; }

    /// <summary>The answer carried a JSON-RPC error or a tool's own failure.</summary>
    public bool AnswerIsError { get; set; }

    /// <summary>What went wrong first, one of <see cref="ErrorTypes"/>; null while nothing is known to.</summary>
    public string? ErrorType { get; set; }

    /// <summary>The answer comes from a worker.</summary>
    public bool IsForwarded { get; set; }

    /// <summary>How much of the worker's answer went to the caller.</summary>
    public long AnswerBytes { get; set; }

    /// <summary>The caller went before it had the whole answer. One that goes right after the last byte has not left early.</summary>
    public bool CallerLeft { get; set; }

    /// <summary>What the gateway itself answered instead of a worker.</summary>
    public Refusal? Refusal { get; set; }

    /// <summary>Runs once, before the last byte of the answer goes out.</summary>
    public Action? AnswerEnding { get; set; }

    /// <summary>Method label of metrics and audit: the MCP method, or the HTTP method where the body names none.</summary>
    public string MethodOr(string httpMethod) => Envelope.Method.Length > 0 ? Envelope.Method : httpMethod;

    /// <summary>What went wrong when the answer had this status; null: nothing did.</summary>
    public string? ErrorTypeAt(int status) => ErrorType ?? status switch
    {
        StatusCodes.Status499ClientClosedRequest => null,
        >= StatusCodes.Status500InternalServerError when IsForwarded => ErrorTypes.WorkerFailed,
        >= StatusCodes.Status500InternalServerError => ErrorTypes.Internal,
        >= StatusCodes.Status400BadRequest when IsForwarded => ErrorTypes.Protocol,
        >= StatusCodes.Status400BadRequest => ErrorTypes.Malformed,
        _ => null,
    };

    public void EndAnswer()
    {
        var ending = AnswerEnding;
        AnswerEnding = null;
        ending?.Invoke();
    }

    public void Dispose() => Body.Dispose();

    /// <summary>The call a request on an MCP route belongs to.</summary>
    /// <exception cref="InvalidOperationException">The request is not on an MCP route.</exception>
    public static McpCall Of(HttpContext context) =>
        context.Features.Get<McpCall>() ?? throw new InvalidOperationException("This step belongs behind UseMcpCalls, on an MCP route.");
}
