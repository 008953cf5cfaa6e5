using ServiceDefaults.Health;

namespace BackupService.Postgres;

/// <summary>The database that is backed up and the client tools that do it.</summary>
internal static class PostgresFeature
{
    public static void AddPostgres(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<SourceDatabase>();
        builder.Services.AddSingleton(ToolDirectories.OfThisMachine());
        builder.Services.AddSingleton<PostgresTools>();
        builder.Services.AddSingleton<PostgresDump>();
        builder.Services.AddHealthChecks().AddCheck<ClientToolsCheck>("client_tools", tags: [HealthTags.Dependency]);
    }
}
