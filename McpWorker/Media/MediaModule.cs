using McpModules;
using McpWorker.Media.Reading;
using McpWorker.Modules;
using ModelContextProtocol.Protocol;

namespace McpWorker.Media;

/// <summary>A library of documents with full-text search, kept in PostgreSQL (S-143).</summary>
internal sealed class MediaModule : Module
{
    public override string Name => "media";

    public override IReadOnlyList<Type> ToolTypes => [typeof(IngestTool), typeof(GetTool), typeof(ListTool), typeof(SearchTool), typeof(DeleteTool)];

    public override IReadOnlyList<Type> ResourceTypes => [typeof(MediaResources)];

    public override void AddServices(IServiceCollection services)
    {
        services.AddSingleton<MediaLibrary>();
        services.AddSingleton(ProgramFolders.OfProcess);
        services.AddSingleton<PdfReader>();
        services.AddSingleton<DocumentReader>();
    }

    public override async Task<ModuleHealth> CheckAsync(IServiceProvider services, CancellationToken cancellationToken) =>
        await TableHealth.CheckAsync(services, "media", cancellationToken) is { IsHealthy: false } ailing ? ailing
        : services.GetRequiredService<PdfReader>().IsAvailable ? ModuleHealth.Healthy
        : ModuleHealth.Limited("PDF cannot be read, everything else can: pdftotext is missing. Install poppler-utils.");

    public override Task<IReadOnlyList<Resource>> ListResourcesAsync(IServiceProvider services, CancellationToken cancellationToken) =>
        MediaResources.NewestAsync(services.GetRequiredService<MediaLibrary>(), cancellationToken);

    public override async ValueTask<Completion?> CompleteAsync(CompleteRequestParams request, IServiceProvider services, CancellationToken cancellationToken) =>
        await MediaResources.SuggestAsync(services.GetRequiredService<MediaLibrary>(), request, cancellationToken);
}
