// An MCP server as a team has one. Behind the gateway by `gateway.WithServer(orders)`; the README shows this file.
using System.ComponentModel;
using ModelContextProtocol.Server;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddMcpServer().WithHttpTransport().WithTools<Orders>();

var app = builder.Build();
var token = app.Configuration["MCP_SERVER_TOKEN"] ?? throw new InvalidOperationException("MCP_SERVER_TOKEN is not set.");

// Only the platform's workers know the token that WithServer made.
app.UseWhen(http => http.Request.Path.StartsWithSegments("/mcp") && http.Request.Headers.Authorization != $"Bearer {token}", refused =>
    refused.Run(http => Results.Unauthorized().ExecuteAsync(http)));
app.MapMcp("/mcp");
app.MapGet("/health", () => "Healthy");
app.Run();

[McpServerToolType]
internal sealed class Orders
{
    [McpServerTool(Name = "find", ReadOnly = true), Description("Finds an order by its number.")]
    public static string Find([Description("The order's number.")] int number) => $"Order {number} is on its way.";
}
