using ServiceDefaults.Telemetry.Metrics;

namespace McpGateway.Status;

/// <summary>What anybody may know.</summary>
internal record StatusSummary(string Status, string Version);

/// <summary>What a known caller may know beside it.</summary>
/// <param name="UptimeSeconds">Of this gateway instance.</param>
/// <param name="Resources">What this gateway instance uses.</param>
internal sealed record StatusReport(
    string Status,
    string Version,
    string Instance,
    double UptimeSeconds,
    IReadOnlyList<WorkerStatus> Workers,
    IReadOnlyList<GatewayStatus> Gateways,
    ConnectionStatus Connections,
    ResourceSnapshot Resources,
    MemoryStatus Memory) : StatusSummary(Status, Version);

/// <param name="Active">MCP requests and streams in progress at this gateway, and its open WebSockets.</param>
internal sealed record ConnectionStatus(long Active, long WebSockets);

/// <param name="InFlight">Calls this gateway has under way there.</param>
/// <param name="LastHeartbeat">Null for one known from the settings only.</param>
internal sealed record WorkerStatus(
    string Id, string Address, string Version, string State, int InFlight, DateTimeOffset? LastHeartbeat);

internal sealed record GatewayStatus(string Id, string Address, string Version, string State, DateTimeOffset LastHeartbeat);

/// <param name="GcHeapLimitBytes">What the garbage collector keeps the heap below: a hard limit that was set, or else its share of the machine or container.</param>
/// <param name="IsHardLimit">Whether DOTNET_GCHeapHardLimit or a container sets it (S-030).</param>
internal sealed record MemoryStatus(long GcHeapLimitBytes, bool IsHardLimit, long GcHeapBytes, long WorkingSetBytes);
