using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;
using ServiceDefaults;
using StackExchange.Redis;

namespace AppHost;

/// <summary>
/// The machine's own PostgreSQL and Redis as child processes on free loopback ports, their data in the local state
/// (design.md §4). The scripts beside this file start them; a server that is not installed is named there, with the cure.
/// </summary>
internal static class NativeData
{
    private static readonly HashSet<int> GivenOut = [];

    public static (IResourceBuilder<IResource> Server, IResourceBuilder<IResourceWithConnectionString> Owner, IResourceBuilder<IResourceWithConnectionString> Database)
        AddNativePostgres(this IDistributedApplicationBuilder builder, PlatformSecrets secrets)
    {
        var port = FreePort();
        var password = builder.AddGeneratedSecret($"{ResourceNames.Postgres}-password", length: 22);
        IResourceBuilder<IResourceWithConnectionString> owner = builder.AddConnectionString(ResourceNames.Database, ReferenceExpression.Create(
            $"Host=127.0.0.1;Port={Text(port)};Username=postgres;Password={password};Database={ResourceNames.Database}"));
        var database = builder.AddAppDatabase(ReferenceExpression.Create(
            $"Host=127.0.0.1;Port={Text(port)};Username=mcp_app;Password={secrets.AppPassword};Database={ResourceNames.Database}"));

        var server = builder.AddExecutable(ResourceNames.Postgres, "sh", builder.AppHostDirectory, ["Native/postgres.sh", .. PostgresSettings.ServerOptions])
            .WithEnvironment("POSTGRES_BIN", NativeServers.FindPostgres())
            .WithEnvironment("POSTGRES_DATA", builder.LocalPath("postgres"))
            .WithEnvironment("POSTGRES_PORT", Text(port))
            .WithEnvironment("POSTGRES_DATABASE", ResourceNames.Database)
            .WithEnvironment("POSTGRES_PASSWORD", password)
            .WithEndpoint(port: port, targetPort: port, scheme: "tcp", name: "tcp", isProxied: false)
            .WithHealth(builder, async cancellationToken =>
            {
                await using var source = NpgsqlDataSource.Create((await owner.Resource.GetConnectionStringAsync(cancellationToken))! + ";Pooling=false;Timeout=5");
                await using var command = source.CreateCommand("SELECT 1");
                await command.ExecuteScalarAsync(cancellationToken);
            });

        return (server, owner, database);
    }

    public static (IResourceBuilder<IResource> Server, IResourceBuilder<IResourceWithConnectionString> Connection)
        AddNativeRedis(this IDistributedApplicationBuilder builder)
    {
        var port = FreePort();
        var password = builder.AddGeneratedSecret($"{ResourceNames.Redis}-password", length: 22);
        IResourceBuilder<IResourceWithConnectionString> connection = builder.AddConnectionString($"{ResourceNames.Redis}-connection", ReferenceExpression.Create($"127.0.0.1:{Text(port)},password={password}"));

        var server = builder.AddExecutable(ResourceNames.Redis, "sh", builder.AppHostDirectory, "Native/redis.sh")
            .WithEnvironment("REDIS_SERVER", NativeServers.FindRedis())
            .WithEnvironment("REDIS_DATA", builder.LocalPath("redis"))
            .WithEnvironment("REDIS_PORT", Text(port))
            .WithEnvironment("REDIS_PASSWORD", password)
            .WithEndpoint(port: port, targetPort: port, scheme: "redis", name: "tcp", isProxied: false)
            .WithHealth(builder, async cancellationToken =>
            {
                var options = ConfigurationOptions.Parse((await connection.Resource.GetConnectionStringAsync(cancellationToken))!);
                using var redis = await ConnectionMultiplexer.ConnectAsync(options);
                await redis.GetDatabase().PingAsync();
            });

        return (server, connection);
    }

    private static IResourceBuilder<ExecutableResource> WithHealth(
        this IResourceBuilder<ExecutableResource> server, IDistributedApplicationBuilder builder, Func<CancellationToken, Task> probe)
    {
        var key = $"{server.Resource.Name}_native";
        builder.Services.AddHealthChecks().AddAsyncCheck(key, async cancellationToken =>
        {
            await probe(cancellationToken);
            return HealthCheckResult.Healthy();
        });
        return server.WithHealthCheck(key);
    }

    /// <summary>Not one given out before: the system may offer the same port again as soon as it was let go of.</summary>
    private static int FreePort()
    {
        lock (GivenOut)
        {
            while (true)
            {
                using var probe = new TcpListener(IPAddress.Loopback, 0);
                probe.Start();
                if (((IPEndPoint)probe.LocalEndpoint).Port is var port && GivenOut.Add(port))
                {
                    return port;
                }
            }
        }
    }

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
}
