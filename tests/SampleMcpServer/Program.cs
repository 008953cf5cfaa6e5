// An MCP server as a team has one. `gateway.WithServer(orders)` puts it behind the gateway.
using SampleMcpServer;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddMcpServer().WithHttpTransport().WithTools<OrderTools>();

var app = builder.Build();
var token = app.Configuration["MCP_SERVER_TOKEN"] ?? throw new InvalidOperationException("MCP_SERVER_TOKEN is not set.");

// Only the platform's workers know the token that WithServer made.
app.UseWhen(
    http => http.Request.Path == "/mcp" && http.Request.Headers.Authorization != $"Bearer {token}",
    refused => refused.Run(http => Results.Unauthorized().ExecuteAsync(http)));
app.MapMcp("/mcp");
app.MapGet("/health", () => "Healthy");
app.Run();
