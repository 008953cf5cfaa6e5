using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

#pragma warning disable MCP9005 // sampling and roots are deprecated; tests of the protocol need them all the same

namespace McpWorker.Diagnostics;

/// <summary>Questions to the caller and their answers, in the form that works in every protocol version: the SDK asks older clients in their own way.</summary>
internal static class Question
{
    public static InputRequest Elicit(string message, [StringSyntax(StringSyntaxAttribute.Json)] string schema) => new()
    {
        Method = RequestMethods.ElicitationCreate,
        Params = JsonSerializer.SerializeToElement(new JsonObject { ["message"] = message, ["requestedSchema"] = JsonNode.Parse(schema) }),
    };

    public static InputRequest Sample(string prompt, int maxTokens) => InputRequest.ForSampling(new CreateMessageRequestParams
    {
        Messages = [new SamplingMessage { Role = Role.User, Content = [new TextContentBlock { Text = prompt }] }],
        MaxTokens = maxTokens,
    });

    public static InputRequest Roots() => InputRequest.ForRootsList(new ListRootsRequestParams());

    /// <summary>What the form holds under a name; null when it was not filled in, or not like that.</summary>
    public static JsonElement? Field(this RequestParams parameters, string question, string name) =>
        parameters.Form(question) is { IsAccepted: true, Content: { } content } && content.TryGetValue(name, out var value) ? value : null;

    public static string? Text(this RequestParams parameters, string question, string name) =>
        parameters.Field(question, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    public static ElicitResult? Form(this RequestParams parameters, string question) => parameters.Answer(question, InputResponse.ElicitResultJsonTypeInfo);

    /// <summary>The text of a sampled message.</summary>
    public static string? Sampled(this RequestParams parameters, string question) =>
        parameters.Answer(question, InputResponse.CreateMessageResultJsonTypeInfo)?.Content?.OfType<TextContentBlock>().FirstOrDefault()?.Text;

    public static IList<Root>? RootsOf(this RequestParams parameters, string question) =>
        parameters.Answer(question, InputResponse.ListRootsResultJsonTypeInfo)?.Roots;

    /// <summary>Of this request; a session's where the protocol version has sessions.</summary>
    public static ClientCapabilities? CapabilitiesOf(MessageContext request) =>
        request.JsonRpcMessage.Context?.ClientCapabilities ?? request.Server.ClientCapabilities;

    private static T? Answer<T>(this RequestParams parameters, string question, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return parameters.InputResponses?.TryGetValue(question, out var response) is true ? response.Deserialize(type) : null;
        }
        catch (JsonException)
        {
            // Not an answer to this question: it is asked again.
            return null;
        }
    }
}
