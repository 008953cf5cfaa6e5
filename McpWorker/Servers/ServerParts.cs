namespace McpWorker.Servers;

/// <summary>What every server of others is made with.</summary>
internal sealed record ServerParts(ServerCalls Calls, TimeProvider Clock, ILoggerFactory Loggers);
