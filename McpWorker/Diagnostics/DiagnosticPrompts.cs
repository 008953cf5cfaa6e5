using System.ComponentModel;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace McpWorker.Diagnostics;

[McpServerPromptType]
internal static class DiagnosticPrompts
{
    [McpServerPrompt(Name = "test_simple_prompt"), Description("A prompt without arguments.")]
    public static string Simple() => "This is a simple prompt for testing.";

    [McpServerPrompt(Name = "test_prompt_with_arguments"), Description("A prompt with two arguments.")]
    public static string WithArguments([Description("First argument.")] string arg1, [Description("Second argument.")] string arg2) =>
        $"Prompt with arguments: arg1='{arg1}', arg2='{arg2}'";

    [McpServerPrompt(Name = "test_prompt_with_embedded_resource"), Description("A prompt about a resource it brings along.")]
    public static IEnumerable<PromptMessage> WithResource([Description("URI of the resource.")] string resourceUri) =>
    [
        Said(ContentTools.Embedded(resourceUri, "text/plain", "Embedded resource content for testing.")),
        Said(new TextContentBlock { Text = "Please process the embedded resource above." }),
    ];

    [McpServerPrompt(Name = "test_prompt_with_image"), Description("A prompt about an image it brings along.")]
    public static IEnumerable<PromptMessage> WithImage() =>
    [
        Said(ImageContentBlock.FromBytes(Samples.Png, "image/png")),
        Said(new TextContentBlock { Text = "Please analyze the image above." }),
    ];

    [McpServerPrompt(Name = "test_input_required_result_prompt"), Description("A prompt that asks for its context first.")]
    public static string AfterAsking(RequestContext<GetPromptRequestParams> request) =>
        request.Params.Text("user_context", "context") is { } context
            ? $"Prompt with context: {context}"
            : throw new InputRequiredException(
                new Dictionary<string, InputRequest>(StringComparer.Ordinal)
                {
                    ["user_context"] = Question.Elicit(
                        "What is the context?", """{ "type": "object", "properties": { "context": { "type": "string" } }, "required": ["context"] }"""),
                },
                requestState: null);

    private static PromptMessage Said(ContentBlock content) => new() { Role = Role.User, Content = content };
}
