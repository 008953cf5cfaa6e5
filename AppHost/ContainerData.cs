using ServiceDefaults;
using ServiceDefaults.Database;

namespace AppHost;

/// <summary>PostgreSQL and Redis as containers: published deployments, and local runs with a container engine.</summary>
internal static class ContainerData
{
    public static (IResourceBuilder<IResource> Server, IResourceBuilder<IResourceWithConnectionString> Owner, IResourceBuilder<IResourceWithConnectionString> Database)
        AddContainerPostgres(this IDistributedApplicationBuilder builder, PlatformSecrets secrets)
    {
        var postgres = builder.AddPostgres(ResourceNames.Postgres)
            .WithImageTag($"{PostgresRelease.Containers}")
            .WithDataVolume("mcp-pgdata")
            .WithArgs(PostgresSettings.ServerOptions);
        var owner = postgres.AddDatabase(ResourceNames.Database);
        var endpoint = postgres.GetEndpoint("tcp");
        var database = builder.AddAppDatabase(ReferenceExpression.Create(
            $"Host={endpoint.Property(EndpointProperty.Host)};Port={endpoint.Property(EndpointProperty.Port)};Username=mcp_app;Password={secrets.AppPassword};Database={ResourceNames.Database}"));

        return (owner, owner, database);
    }

    public static (IResourceBuilder<IResource> Server, IResourceBuilder<IResourceWithConnectionString> Connection)
        AddContainerRedis(this IDistributedApplicationBuilder builder)
    {
        var redis = builder.AddRedis(ResourceNames.Redis)
            .WithDataVolume("mcp-redisdata")
            .WithPersistence(TimeSpan.FromMinutes(1), keysChangedThreshold: 1);

        return (redis, redis);
    }

    /// <summary>A database that somebody else runs, used as the connection string says: its role is the operator's choice.</summary>
    public static (IResourceBuilder<IResource> Server, IResourceBuilder<IResourceWithConnectionString> Owner, IResourceBuilder<IResourceWithConnectionString> Database)
        AddExternalPostgres(this IDistributedApplicationBuilder builder)
    {
        var database = builder.AddConnectionString(ResourceNames.Database);
        return (database, database, database);
    }

    public static (IResourceBuilder<IResource> Server, IResourceBuilder<IResourceWithConnectionString> Connection)
        AddExternalRedis(this IDistributedApplicationBuilder builder)
    {
        var redis = builder.AddConnectionString(ResourceNames.Redis);
        return (redis, redis);
    }

    public static IResourceBuilder<IResourceWithConnectionString> AddAppDatabase(
        this IDistributedApplicationBuilder builder, ReferenceExpression connectionString) =>
        builder.AddConnectionString($"{ResourceNames.Database}-app", connectionString);
}
