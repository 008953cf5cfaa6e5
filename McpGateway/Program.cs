using McpGateway.Administration;
using McpGateway.Audit;
using McpGateway.Authentication;
using McpGateway.Authorization;
using McpGateway.Commands;
using McpGateway.Envelope;
using McpGateway.Forwarding;
using McpGateway.RateLimits;
using McpGateway.RequestGuards;
using McpGateway.RequestLog;
using McpGateway.Routing;
using McpGateway.Status;
using McpGateway.Telemetry;
using ServiceDefaults;
using ServiceDefaults.Commands;
using ServiceDefaults.Database;
using ServiceDefaults.Instances;

if (await ServiceCommands.TryRunAsync(args, ServiceIdentity.Gateway, CommandsFeature.Verbs()) is { } exitCode)
{
    return exitCode;
}

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults(ServiceIdentity.Gateway);
builder.AddNpgsqlDataSource(ResourceNames.Database, configureDataSourceBuilder: DatabasePool.Name);
builder.AddRedisClient(ResourceNames.Redis);

builder.AddInstanceHeartbeat();
builder.AddInstanceDirectory();
builder.AddGatewayTelemetry();
builder.AddRequestLog();
builder.AddRequestGuards();
builder.AddCallerAuthentication();
builder.AddMcpEnvelope();
builder.AddRateLimits();
builder.AddAudit();
builder.AddRouting();
builder.AddForwarding();
builder.AddStatus();

var app = builder.Build();

// The way of a call, in this order: who is refused early costs little, and nothing is decided by what was not checked.
app.UseRequestLog();
app.UseExceptionHandler();
app.UseStatusCodePages();
app.UseHealthAlias();
app.UseRequestGuards();
app.UseMcpCalls();
app.UseBodyLimits();
app.UseCallerAuthentication();
app.UseMcpEnvelope();
app.UseRequestEvents();
app.UseCallAuthorization();
app.UseRateLimits();
app.UseAudit();

app.MapDefaultEndpoints();
app.MapStatus();
app.MapAdministration();
app.MapMcp();

app.Run();
return 0;
