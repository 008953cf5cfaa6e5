using McpWorker.Caching;
using McpWorker.Diagnostics;
using McpWorker.Docs;
using McpWorker.ExternalServices;
using McpWorker.Hosting;
using McpWorker.InternalAccess;
using McpWorker.Modules;
using McpWorker.Recycling;
using McpWorker.Servers;
using McpWorker.Tools;
using McpWorker.Upstreams;
using ServiceDefaults;
using ServiceDefaults.Commands;
using ServiceDefaults.Database;
using ServiceDefaults.Framing;
using ServiceDefaults.Instances;

if (await ServiceCommands.TryRunAsync(args, ServiceIdentity.Worker) is { } exitCode)
{
    return exitCode;
}

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults(ServiceIdentity.Worker);
builder.AddNpgsqlDataSource(ResourceNames.Database, configureDataSourceBuilder: DatabasePool.Name);
builder.AddRedisClient(ResourceNames.Redis);

builder.AddInstanceHeartbeat();
builder.AddStrictFraming();
builder.AddInternalAccess();
builder.AddTools();
builder.AddCaching();
builder.AddModules();
builder.AddDiagnostics();
builder.AddDocs();
builder.AddServers();
builder.AddHosting();
builder.AddUpstreams();
builder.AddExternalServices();
builder.AddRecycling();

var app = builder.Build();

app.UseStrictFraming();
app.UseInternalAccess();
app.UseTools();

app.MapDefaultEndpoints();
app.MapTools();

return app.RunUntilRecycled();
