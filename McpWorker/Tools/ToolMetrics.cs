using System.Diagnostics.Metrics;

namespace McpWorker.Tools;

/// <summary>What operators see of tool calls: one counter.</summary>
internal sealed class ToolMetrics
{
    public const string Name = "McpPlatform.Worker";

    private readonly Counter<long> _executed;

    public ToolMetrics(IMeterFactory meters) =>
        _executed = meters.Create(Name).CreateCounter<long>("tools_executed_total", description: "Tool calls that ended, by outcome.");

    /// <param name="result"><c>success</c>, <c>error</c>, <c>timeout</c> or <c>cancelled</c>.</param>
    public void Ended(ToolAddress address, string result) =>
        _executed.Add(1, new("tool", address.FederatedName), new("version", address.Version), new("result", result));
}
