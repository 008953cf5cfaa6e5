namespace McpWorker.Docs;

/// <summary>Documentation of what runs here, written from the code itself and served as resources of the server <c>docs</c>.</summary>
internal static class DocsFeature
{
    public static void AddDocs(this WebApplicationBuilder builder) => builder.Services.AddHostedService<DocsServer>();
}
