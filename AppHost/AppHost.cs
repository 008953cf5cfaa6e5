using AppHost;
using ServiceDefaults;

var builder = DistributedApplication.CreateBuilder(args);

var settings = builder.AddPlatformSettings();
var secrets = builder.AddPlatformSecrets();
var data = builder.AddDataServices(secrets);

var migrations = builder.AddProject<Projects.McpGateway>(ResourceNames.Migrations, launchProfileName: null)
    .WithArgs("migrate")
    .WithReference(data.Owner, ResourceNames.Database).WaitFor(data.Postgres)
    .WithMigrationSecrets(secrets)
    .WithLocalPath("MCP_ADMIN_KEY_FILE", "admin.key")
    .ExcludeFromManifest();

var worker = builder.AddProject<Projects.McpWorker>(ResourceNames.Worker, launchProfileName: null)
    .WithHttpEndpoint().DisableForwardedHeaders().WithMetricsEndpoint().WithHttpHealthCheck("/health/ready")
    .WithReference(data.Database, ResourceNames.Database).WaitForCompletion(migrations)
    .WithReference(data.RedisConnection, ResourceNames.Redis).WaitFor(data.Redis)
    .WithInternalAccess(secrets)
    .WithHeapLimit(gibibytes: 1)
    .WithReplicas(settings.Workers)
    .PublishAsDockerFile(image => image.WithDockerfile("..", "deploy/docker/worker.Dockerfile"));

var backup = builder.AddProject<Projects.BackupService>(ResourceNames.Backup, launchProfileName: null)
    .WithHttpEndpoint().DisableForwardedHeaders().WithMetricsEndpoint().WithHttpHealthCheck("/health/ready")
    .WithReference(data.Database, ResourceNames.Database).WaitForCompletion(migrations)
    .WithReference(data.RedisConnection, ResourceNames.Redis).WaitFor(data.Redis)
    .WithInternalAccess(secrets).WithBackupSecrets(secrets)
    .WithLocalPath("MCP_BACKUP_DIR", "backups")
    .WithBackUpNowCommand(secrets)
    .PublishAsDockerFile(image => image.WithDockerfile("..", "deploy/docker/backup.Dockerfile"));

var gateway = builder.AddProject<Projects.McpGateway>(ResourceNames.Gateway, launchProfileName: null)
    .WithHttpEndpoint(port: settings.GatewayPort).WithExternalHttpEndpoints().DisableForwardedHeaders()
    .WithMetricsEndpoint(port: settings.MetricsPort).WithHttpHealthCheck("/health/ready")
    .WithReference(worker).WaitFor(worker)
    .WithReference(backup)
    .WithReference(data.Database, ResourceNames.Database).WaitForCompletion(migrations)
    .WithReference(data.RedisConnection, ResourceNames.Redis).WaitFor(data.Redis)
    .WithInternalAccess(secrets).WithCallerSecrets(secrets)
    .WithLocalPath("MCP_AUDIT_DIR", "audit")
    .WithReplicas(settings.Gateways)
    .WithUrlForEndpoint("http", url => url.DisplayText = "MCP gateway");

builder.AddFirstScreen();

builder.Build().Run();
