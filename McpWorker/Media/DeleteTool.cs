using System.ComponentModel;
using McpModules;
using ModelContextProtocol.Server;

namespace McpWorker.Media;

[McpServerToolType]
internal static class DeleteTool
{
    [McpServerTool(Name = "delete", Title = "Delete a document", ReadOnly = false, Destructive = true, Idempotent = true, OpenWorld = false, UseStructuredContent = true)]
    [Description("Deletes one document and everything search knows about it. This cannot be undone.")]
    public static async Task<Deleted> DeleteAsync(
        MediaLibrary library,
        IResourceUpdates updates,
        [Description("Id of the document.")] string id,
        CancellationToken cancellationToken)
    {
        var parsed = GetTool.ParseId(id);
        if (!await library.RemoveAsync(parsed, cancellationToken))
        {
            throw GetTool.Missing(id);
        }

        updates.Publish("media", MediaResources.UriOf(parsed));
        return new Deleted(parsed);
    }

    internal sealed record Deleted(Guid Id);
}
