namespace McpGateway.Forwarding;

/// <summary>What one instance made of a call: an answer's head, or a way to fail.</summary>
internal readonly record struct ForwardAttempt(HttpResponseMessage? Response, ForwardFailure Failure, Exception? Error);

/// <summary>How a worker instance can fail before its answer begins.</summary>
internal enum ForwardFailure
{
    None,

    /// <summary>No connection, so the instance knows nothing of the call.</summary>
    NotConnected,

    /// <summary>The connection broke; the call may or may not have been run.</summary>
    Broken,

    /// <summary>No answer began within MCP_MODULE_TIMEOUT and its grace.</summary>
    Timeout,
}
