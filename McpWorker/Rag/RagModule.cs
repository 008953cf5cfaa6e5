using McpModules;
using McpWorker.Modules;

namespace McpWorker.Rag;

/// <summary>Retrieval over the document library: passages with scores and sources, by words and, with a provider, by meaning (S-144).</summary>
internal sealed class RagModule : Module
{
    public override string Name => "rag";

    public override IReadOnlyList<Type> ToolTypes => [typeof(QueryTool)];

    public override void AddServices(IServiceCollection services)
    {
        services.AddSingleton<PassageIndex>();
        services.AddSingleton<MeaningIndex>();
        services.AddHostedService<PassageEmbedding>();
    }

    public override Task<ModuleHealth> CheckAsync(IServiceProvider services, CancellationToken cancellationToken) =>
        TableHealth.CheckAsync(services, "chunks", cancellationToken);
}
