using McpModules;
using McpWorker.Modules;

namespace McpWorker.Media;

/// <summary>A library of texts with full-text search, kept in PostgreSQL (S-143).</summary>
internal sealed class MediaModule : Module
{
    public override string Name => "media";

    public override IReadOnlyList<Type> ToolTypes => [typeof(IngestTool), typeof(GetTool), typeof(ListTool), typeof(SearchTool), typeof(DeleteTool)];

    public override void AddServices(IServiceCollection services) => services.AddSingleton<MediaLibrary>();

    public override Task<ModuleHealth> CheckAsync(IServiceProvider services, CancellationToken cancellationToken) =>
        TableHealth.CheckAsync(services, "media", cancellationToken);
}
