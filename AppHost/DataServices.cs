using System.Diagnostics;
using System.Reflection;
using ServiceDefaults;

namespace AppHost;

/// <summary>PostgreSQL and Redis, wherever they come from.</summary>
/// <param name="Postgres">What must be up before anything connects to PostgreSQL.</param>
/// <param name="Owner">PostgreSQL as its administrator: for migrations alone.</param>
/// <param name="Database">PostgreSQL as the services see it: the role mcp_app, which cannot change the schema (S-113).</param>
/// <param name="Redis">What must be up before anything connects to Redis.</param>
internal sealed record DataServices(
    IResourceBuilder<IResource> Postgres,
    IResourceBuilder<IResourceWithConnectionString> Owner,
    IResourceBuilder<IResourceWithConnectionString> Database,
    IResourceBuilder<IResource> Redis,
    IResourceBuilder<IResourceWithConnectionString> RedisConnection);

/// <summary>Decides once per run where PostgreSQL and Redis come from (design.md §4), and says so on the first screen.</summary>
internal static class DataServicesExtensions
{
    public static DataServices AddDataServices(this IDistributedApplicationBuilder builder, PlatformSecrets secrets)
    {
        var (postgres, owner, database) = builder.SourceOf(ResourceNames.Database) switch
        {
            DataSource.External => builder.AddExternalPostgres(),
            DataSource.Container => builder.AddContainerPostgres(secrets),
            _ => builder.AddNativePostgres(secrets),
        };
        var (redis, connection) = builder.SourceOf(ResourceNames.Redis) switch
        {
            DataSource.External => builder.AddExternalRedis(),
            DataSource.Container => builder.AddContainerRedis(),
            _ => builder.AddNativeRedis(),
        };

        return new DataServices(postgres, owner, database, redis, connection);
    }

    /// <summary>One line for people: where the data of this run comes from.</summary>
    public static string DescribeDataSources(this IDistributedApplicationBuilder builder) =>
        $"PostgreSQL: {Describe(builder.SourceOf(ResourceNames.Database), builder.LocalPath("postgres"))}; "
        + $"Redis: {Describe(builder.SourceOf(ResourceNames.Redis), builder.LocalPath("redis"))}";

    private static string Describe(DataSource source, string folder) => source switch
    {
        DataSource.External => "yours, by connection string",
        DataSource.Container => "a container",
        _ => $"this machine's own, data in {folder}",
    };

    private static DataSource SourceOf(this IDistributedApplicationBuilder builder, string name)
    {
        if (builder.Configuration["Data"] == "external" || !string.IsNullOrEmpty(builder.Configuration[$"ConnectionStrings:{name}"]))
        {
            return DataSource.External;
        }

        return builder.ExecutionContext.IsPublishMode || ContainerEngine.IsUsable ? DataSource.Container : DataSource.Native;
    }

    private enum DataSource
    {
        External,
        Container,
        Native,
    }

    private static class ContainerEngine
    {
        private static readonly Lazy<bool> Usable = new(() => !IsStandIn && (Answers("docker") || Answers("podman")));

        public static bool IsUsable => Usable.Value;

        private static bool IsStandIn => typeof(DistributedApplication).Assembly
            .GetCustomAttributes<AssemblyMetadataAttribute>().Any(metadata => metadata is { Key: "StandIn", Value: "true" });

        // The client alone answers `--version`; only a running engine answers `info`.
        private static bool Answers(string client)
        {
            try
            {
                using var process = Process.Start(new ProcessStartInfo(client, "info")
                {
                    UseShellExecute = false,
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                });
                return process is not null && process.WaitForExit(TimeSpan.FromSeconds(5)) && process.ExitCode == 0;
            }
            catch (System.ComponentModel.Win32Exception)
            {
                return false;
            }
        }
    }
}
