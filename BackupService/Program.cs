using BackupService.Commands;
using BackupService.Encryption;
using BackupService.Postgres;
using BackupService.Sets;
using ServiceDefaults;
using ServiceDefaults.Commands;
using ServiceDefaults.Database;
using ServiceDefaults.Instances;

if (await ServiceCommands.TryRunAsync(args, ServiceIdentity.Backup, BackupCommands.All()) is { } exitCode)
{
    return exitCode;
}

var builder = WebApplication.CreateBuilder(args);

builder.AddServiceDefaults(ServiceIdentity.Backup);
builder.AddNpgsqlDataSource(ResourceNames.Database, configureDataSourceBuilder: DatabasePool.Name);
builder.AddRedisClient(ResourceNames.Redis);
builder.AddInstanceHeartbeat();

builder.AddEncryption();
builder.AddPostgres();
builder.AddSetService();

var app = builder.Build();

app.MapDefaultEndpoints();
app.MapSets();

app.Run();
return 0;
