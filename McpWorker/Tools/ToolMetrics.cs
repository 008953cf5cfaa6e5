using System.Diagnostics.Metrics;

namespace McpWorker.Tools;

/// <summary>What operators see of tool calls and resource reads. Labels come from the catalogue, never from a caller: a name nobody offers makes no series.</summary>
internal sealed class ToolMetrics
{
    public const string Name = "McpPlatform.Worker";

    private readonly Counter<long> _executed;
    private readonly Counter<long> _read;

    public ToolMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(Name);
        _executed = meter.CreateCounter<long>("tools_executed_total", description: "Tool calls that ended, by outcome.");
        _read = meter.CreateCounter<long>("resources_accessed_total", description: "Resource reads that ended, by server and outcome.");
    }

    /// <summary>A server came into the catalogue: its resource reads count from 0, so that the first is seen as a rise.</summary>
    public void Offered(string server) => _read.Add(0, new("server", server), new("result", "success"));

    /// <param name="result"><c>success</c>, <c>error</c>, <c>timeout</c> or <c>cancelled</c>.</param>
    public void Ended(ToolAddress address, string result) =>
        _executed.Add(1, new("tool", address.FederatedName), new("version", address.Version), new("result", result));

    /// <param name="result"><c>success</c>, <c>error</c> or <c>cancelled</c>.</param>
    public void ResourceRead(ToolAddress address, string result) => _read.Add(1, new("server", address.Server), new("result", result));
}
