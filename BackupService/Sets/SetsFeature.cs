using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;
using ServiceDefaults.Health;
using ServiceDefaults.InternalCalls;

namespace BackupService.Sets;

/// <summary>Backup sets: made, verified, listed.</summary>
internal static class SetsFeature
{
    /// <summary>What verbs and service share.</summary>
    public static void AddSets(this IHostApplicationBuilder builder)
    {
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<NewSetFile>(OpenPrivately);
        builder.Services.AddSingleton(services => new Lazy<NpgsqlDataSource>(services.GetRequiredService<NpgsqlDataSource>));
        builder.Services.AddSingleton<BackupRepository>();
        builder.Services.AddSingleton<LatestPointer>();
        builder.Services.AddSingleton<SetCatalog>();
        builder.Services.AddSingleton<SetWriter>();
        builder.Services.AddSingleton<SetVerifier>();
        builder.Services.AddSingleton<RunRecords>();
        builder.Services.AddSingleton<BackupMetrics>();
        builder.Services.AddSingleton<BackupRunner>();
    }

    /// <summary>Runs on request, and readiness: what only the service has.</summary>
    public static void AddSetService(this IHostApplicationBuilder builder)
    {
        builder.AddSets();
        builder.Services.TryAddSingleton<InternalTokens>();
        builder.Services.AddSingleton<BackgroundBackups>();
        builder.Services.AddHostedService(services => services.GetRequiredService<BackgroundBackups>());
        builder.Services.AddHostedService<RepositoryWatch>();
        builder.Services.AddHealthChecks().AddCheck<RepositoryCheck>("repository", tags: [HealthTags.Dependency]);
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, SetSummaryJson.Default));
    }

    public static void MapSets(this IEndpointRouteBuilder routes)
    {
        var sets = routes.MapGroup(SetEndpoints.Path).WithTags("Backups");

        sets.MapGet("/", SetEndpoints.List)
            .AddEndpointFilter(new InternalCallFilter("backup/list", "backup:list"))
            .WithSummary("List the backup sets, newest first");
        sets.MapPost("/", SetEndpoints.Add)
            .AddEndpointFilter(new InternalCallFilter("backup/run", "backup:run"))
            .WithSummary("Make and verify a backup set");
    }

    private static FileStream OpenPrivately(string path)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            BufferSize = 64 * 1024,
            Options = FileOptions.Asynchronous,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(path, options);
    }
}
