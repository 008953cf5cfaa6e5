using McpGateway.Authentication;

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

    /// <summary>That failure was a tool's own, told in a result and not as an error of the protocol.</summary>
    public bool ToolFailed { get; set; }

    /// <summary>Runs once, before the last byte of the answer goes out.</summary>
    public Action? AnswerEnding { get; set; }

    /// <summary>Method label of metrics and audit: the MCP method, or the HTTP method where the body names none.</summary>
    public string MethodOr(string httpMethod) => Envelope.Method.Length > 0 ? Envelope.Method : httpMethod;

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
