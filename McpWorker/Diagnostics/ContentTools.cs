using System.ComponentModel;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace McpWorker.Diagnostics;

/// <summary>Each kind of content a tool can return.</summary>
[McpServerToolType]
internal static class ContentTools
{
    [McpServerTool(Name = "test_simple_text", ReadOnly = true), Description("Returns a text.")]
    public static string SimpleText() => "This is a simple text response for testing.";

    [McpServerTool(Name = "test_image_content", ReadOnly = true), Description("Returns an image.")]
    public static ContentBlock Image() => ImageContentBlock.FromBytes(Samples.Png, "image/png");

    [McpServerTool(Name = "test_audio_content", ReadOnly = true), Description("Returns a sound.")]
    public static ContentBlock Audio() => AudioContentBlock.FromBytes(Samples.Wav, "audio/wav");

    [McpServerTool(Name = "test_embedded_resource", ReadOnly = true), Description("Returns a resource within its result.")]
    public static ContentBlock EmbeddedResource() =>
        Embedded("test://embedded-resource", "text/plain", "This is an embedded resource content.");

    [McpServerTool(Name = "test_multiple_content_types", ReadOnly = true), Description("Returns text, image and resource together.")]
    public static IEnumerable<ContentBlock> MultipleContentTypes() =>
    [
        new TextContentBlock { Text = "Multiple content types test:" },
        ImageContentBlock.FromBytes(Samples.Png, "image/png"),
        Embedded("test://mixed-content-resource", "application/json", """{"test":"data","value":123}"""),
    ];

    [McpServerTool(Name = "test_error_handling", ReadOnly = true), Description("Fails.")]
    public static string Fail() => throw new McpException("This tool intentionally returns an error for testing");

    public static EmbeddedResourceBlock Embedded(string uri, string mediaType, string text) => new()
    {
        Resource = new TextResourceContents { Uri = uri, MimeType = mediaType, Text = text },
    };
}
