using System.ComponentModel;
using ModelContextProtocol.Server;

namespace McpWorker.Media;

[McpServerToolType]
internal static class DeleteTool
{
    [McpServerTool(Name = "delete", Title = "Delete a document", ReadOnly = false, Destructive = true, Idempotent = true, OpenWorld = false, UseStructuredContent = true)]
    [Description("Deletes one document and everything search knows about it. This cannot be undone.")]
    public static async Task<Deleted> DeleteAsync(
        MediaLibrary library,
        [Description("Id of the document.")] string id,
        CancellationToken cancellationToken)
    {
        var parsed = GetTool.ParseId(id);
        return await library.RemoveAsync(parsed, cancellationToken) ? new Deleted(parsed) : throw GetTool.Missing(id);
    }

    internal sealed record Deleted(Guid Id);
}
