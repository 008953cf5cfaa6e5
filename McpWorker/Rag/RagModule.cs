using McpModules;
using Npgsql;

namespace McpWorker.Rag;

/// <summary>Retrieval over the document library: passages with scores and sources, without any model (S-144).</summary>
internal sealed class RagModule : Module
{
    public override string Name => "rag";

    public override IReadOnlyList<Type> ToolTypes => [typeof(QueryTool)];

    public override void AddServices(IServiceCollection services) => services.AddSingleton<PassageIndex>();

    public override async Task<ModuleHealth> CheckAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        try
        {
            await using var command = services.GetRequiredService<NpgsqlDataSource>().CreateCommand("SELECT 1 FROM chunks LIMIT 1");
            await command.ExecuteNonQueryAsync(cancellationToken);
            return ModuleHealth.Healthy;
        }
        catch (NpgsqlException exception)
        {
            return ModuleHealth.Unhealthy($"Table chunks cannot be read: {exception.Message}");
        }
    }
}
