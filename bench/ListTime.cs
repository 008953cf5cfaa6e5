using System.Globalization;
using System.Text;
using Testing;

namespace Bench;

/// <summary>What <c>tools/list</c> costs a worker that serves 500 tools.</summary>
internal static class ListTime
{
    private const int Tools = 500;
    private const int WarmUpCalls = 4_000;
    private const int Rounds = 5;
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(4);

    public static async Task MeasureAsync(CancellationToken cancellationToken)
    {
        await using var postgres = new PostgresServer();
        await using var server = await ToolsServer.StartAsync(Tools, cancellationToken);
        await using var platform = await Platform.StartAsync(
            postgres, Telemetry.None, collector: "", cancellationToken, ("MCP_UPSTREAM_SERVERS", $"many={server.Url}"), ("MCP_MODULES_ENABLED", "[]"));
        await MeasureAsync(platform, "2026-07-28", Body("""
            ,"params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{} } }
            """), cancellationToken);
        await MeasureAsync(platform, "2025-11-25", Body(""), cancellationToken);
    }

    private static byte[] Body(string parameters) => Encoding.UTF8.GetBytes($$"""{"jsonrpc":"2.0","id":1,"method":"tools/list"{{parameters}}}""");

    private static async Task MeasureAsync(Platform platform, string version, byte[] message, CancellationToken cancellationToken)
    {
        using var load = new Load(platform, message, ("MCP-Protocol-Version", version), ("Mcp-Method", "tools/list"));
        await load.RunAsync(WarmUpCalls, cancellationToken);
        var costs = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            var before = platform.Worker.CpuTime;
            var calls = await load.RunAsync(Round, cancellationToken);
            costs.Add((platform.Worker.CpuTime - before).TotalMilliseconds / calls);
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{version}  {Tools} tools, {load.LastLength / 1024.0:0} KiB: ms of CPU in the worker, {Spread.Of(costs)}   goal: at most 1"));
    }
}
