using McpModules;
using Npgsql;

namespace McpWorker.Media;

/// <summary>A library of texts with full-text search, kept in PostgreSQL (S-143).</summary>
internal sealed class MediaModule : Module
{
    public override string Name => "media";

    public override IReadOnlyList<Type> ToolTypes => [typeof(IngestTool), typeof(GetTool), typeof(ListTool), typeof(SearchTool), typeof(DeleteTool)];

    public override void AddServices(IServiceCollection services) => services.AddSingleton<MediaLibrary>();

    public override async Task<ModuleHealth> CheckAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        try
        {
            await using var command = services.GetRequiredService<NpgsqlDataSource>().CreateCommand("SELECT 1 FROM media LIMIT 1");
            await command.ExecuteNonQueryAsync(cancellationToken);
            return ModuleHealth.Healthy;
        }
        catch (NpgsqlException exception)
        {
            return ModuleHealth.Unhealthy($"Table media cannot be read: {exception.Message}");
        }
    }
}
