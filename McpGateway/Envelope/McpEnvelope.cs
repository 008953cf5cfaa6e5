namespace McpGateway.Envelope;

/// <summary>The few facts of a JSON-RPC message that the gateway decides by.</summary>
/// <param name="Kind">Which of JSON-RPC's messages it is.</param>
/// <param name="Id">The id as it was written, quotes included; empty when there is none.</param>
/// <param name="Target">Tool or prompt name or resource URI; empty when the method names none.</param>
/// <param name="DeclaredVersion">Protocol version in the body's <c>_meta</c>; null on legacy messages.</param>
internal sealed record McpEnvelope(
    McpMessageKind Kind, string Method, ReadOnlyMemory<byte> Id, string Target, string? DeclaredVersion)
{
    public static McpEnvelope None { get; } = new(McpMessageKind.None, "", default, "", null);

    /// <summary><c>_meta.traceparent</c> as the caller wrote it; null when there is none that could be one.</summary>
    public string? TraceParent { get; init; }

    /// <summary><c>_meta.tracestate</c>, likewise.</summary>
    public string? TraceState { get; init; }

    /// <summary>The worker that keeps this call while its caller is asked something; null when none does.</summary>
    public string? WaitsAt { get; init; }

    /// <summary>Why the message is refused; null when it is well-formed.</summary>
    public EnvelopeFault? Fault { get; init; }

    /// <summary>Bytes of the <c>params</c> as they were written.</summary>
    public int ParamsSize { get; init; }
}

/// <summary>Kinds of JSON-RPC messages.</summary>
internal enum McpMessageKind
{
    None,
    Request,
    Notification,
    Response,
}
