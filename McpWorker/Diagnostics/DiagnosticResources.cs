using System.ComponentModel;
using System.Text.Json;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace McpWorker.Diagnostics;

[McpServerResourceType]
internal static class DiagnosticResources
{
    public const string Watched = "test://watched-resource";

    [McpServerResource(UriTemplate = "test://static-text", Name = "static-text", MimeType = "text/plain"), Description("A text.")]
    public static string StaticText() => "This is the content of the static text resource.";

    [McpServerResource(UriTemplate = "test://static-binary", Name = "static-binary", MimeType = "image/png"), Description("An image.")]
    public static BlobResourceContents StaticBinary() => BlobResourceContents.FromBytes(Samples.Png, "test://static-binary", "image/png");

    [McpServerResource(UriTemplate = "test://template/{id}/data", Name = "template", MimeType = "application/json"), Description("Data of whatever id is asked for.")]
    public static string Template(string id) =>
        JsonSerializer.Serialize(new { id, templateTest = true, data = $"Data for ID: {id}" });

    [McpServerResource(UriTemplate = Watched, Name = "watched-resource", MimeType = "text/plain"), Description("Worth watching.")]
    public static string WatchedText() => "Watch this.";
}
