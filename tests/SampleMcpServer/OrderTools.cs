using System.ComponentModel;
using ModelContextProtocol.Server;

namespace SampleMcpServer;

[McpServerToolType]
internal sealed class OrderTools
{
    [McpServerTool(Name = "find", ReadOnly = true), Description("Finds an order by its number.")]
    public static string Find([Description("The order's number.")] int number) => $"Order {number} is on its way.";
}
