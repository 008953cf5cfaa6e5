namespace McpGateway.Envelope;

/// <summary>A message that is wrong in itself, whoever sent it: always 400, with one of the codes of the specification.</summary>
internal sealed record EnvelopeFault(int Code, string Message)
{
    public const int InvalidRequest = -32600;

    /// <summary>Headers and body disagree (revision 2026-07-28, basic/transports/streamable-http).</summary>
    public const int HeaderMismatch = -32020;

    public static EnvelopeFault NotJson { get; } = new(InvalidRequest, "The body is not a JSON-RPC message.");

    public static EnvelopeFault Batch { get; } = new(InvalidRequest, "Batches are not supported: send one message per request.");

    public static EnvelopeFault Ambiguous { get; } = new(InvalidRequest, "A member of the message appears twice.");

    public static EnvelopeFault BadId { get; } = new(InvalidRequest, "The id must be a string or an integer.");

    public static EnvelopeFault TooLong { get; } = new(InvalidRequest, $"Method, name and uri may have {EnvelopeReader.MaxTextLength} characters each.");

    public static EnvelopeFault NoMethod { get; } = new(InvalidRequest, "The message has neither a method nor a result.");

    public static EnvelopeFault ModernResponse { get; } = new(InvalidRequest, "Responses are not accepted in this protocol version.");

    public static EnvelopeFault Mismatch(string header, string what) => new(HeaderMismatch, $"Header {header} {what}.");
}
