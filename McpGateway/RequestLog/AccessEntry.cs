namespace McpGateway.RequestLog;

/// <summary>What access.log says of a request.</summary>
/// <param name="Path">With its query, whose secrets are masked.</param>
/// <param name="Bytes">Of the response's body.</param>
/// <param name="User">Null when nobody was recognized.</param>
internal sealed record AccessEntry(
    string Method,
    string Path,
    int Status,
    double DurationMs,
    long Bytes,
    string? ClientIp,
    string? User,
    string? RequestId,
    string? TraceId,
    string UserAgent);
