using McpWorker.Tools.Subscriptions;

namespace McpWorker.Servers;

/// <summary>What every server of others is made with.</summary>
internal sealed record ServerParts(ServerCalls Calls, ResourceUpdates Updates, TimeProvider Clock, ILoggerFactory Loggers);
