using System.Diagnostics.Metrics;

namespace McpWorker.Tools;

/// <summary>What operators see of tool calls and resource reads. Labels come from the catalogue, never from a caller: a name nobody offers makes no series.</summary>
internal sealed class ToolMetrics
{
    public const string Name = "McpPlatform.Worker";

    private readonly Counter<long> _executed;
    private readonly Counter<long> _read;
    private readonly Counter<long> _retried;
    private readonly Counter<long> _busy;

    public ToolMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(Name);
        _executed = meter.CreateCounter<long>("tools_executed_total", description: "Tool calls that ended, by outcome.");
        _read = meter.CreateCounter<long>("resources_accessed_total", description: "Resource reads that ended, by server and outcome.");
        _retried = meter.CreateCounter<long>("tool_retries_total", description: "Further attempts of tool calls that failed for a passing reason.");
        _busy = meter.CreateCounter<long>("mcp_server_busy_total", description: "Tool calls refused because their server had no place for them.");
    }

    /// <summary>A server came into the catalogue: its resource reads count from 0, so that the first is seen as a rise.</summary>
    public void Offered(string server)
    {
        _read.Add(0, new("server", server), new("result", "success"));
        _busy.Add(0, new KeyValuePair<string, object?>("server", server));
    }

    /// <summary>A tool that may be run again was published: its retries count from 0 too.</summary>
    public void OfferedRepeatable(ToolAddress address) => _retried.Add(0, new KeyValuePair<string, object?>("tool", address.FederatedName));

    /// <param name="result"><c>success</c>, <c>error</c>, <c>timeout</c> or <c>cancelled</c>.</param>
    public void Ended(ToolAddress address, string result) =>
        _executed.Add(1, new("tool", address.FederatedName), new("version", address.Version), new("result", result));

    /// <param name="result"><c>success</c>, <c>error</c> or <c>cancelled</c>.</param>
    public void ResourceRead(ToolAddress address, string result) => _read.Add(1, new("server", address.Server), new("result", result));

    public void Retried(ToolAddress address) => _retried.Add(1, new KeyValuePair<string, object?>("tool", address.FederatedName));

    public void Busy(string server) => _busy.Add(1, new KeyValuePair<string, object?>("server", server));
}
