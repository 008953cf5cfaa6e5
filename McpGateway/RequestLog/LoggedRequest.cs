namespace McpGateway.RequestLog;

/// <summary>On a request that is in the access log, or will be.</summary>
internal sealed class LoggedRequest
{
    public static LoggedRequest Mark { get; } = new();
}
