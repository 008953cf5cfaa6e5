using System.ComponentModel;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

#pragma warning disable MCP9005 // deprecated in 2026-07-28, and still spoken

namespace McpWorker.Diagnostics;

/// <summary>Requests that take more than one round, with nothing to remember in between.</summary>
[McpServerToolType]
internal static class RoundTripTools
{
    private const string NameForm = """{ "type": "object", "properties": { "name": { "type": "string" } }, "required": ["name"] }""";

    [McpServerTool(Name = "test_input_required_result_elicitation"), Description("Asks for a name and greets.")]
    public static string Elicitation(RequestContext<CallToolRequestParams> request) =>
        request.Params.Text("user_name", "name") is { } name
            ? $"Hello, {name}!"
            : throw Ask(("user_name", Question.Elicit("What is your name?", NameForm)));

    [McpServerTool(Name = "test_input_required_result_sampling"), Description("Has the caller's model name a capital.")]
    public static string Sampling(RequestContext<CallToolRequestParams> request) =>
        request.Params.Sampled("capital_question") is { } answer
            ? $"The model says: {answer}"
            : throw Ask(("capital_question", Question.Sample("What is the capital of France?", maxTokens: 100)));

    [McpServerTool(Name = "test_input_required_result_list_roots"), Description("Asks for the caller's roots and names them.")]
    public static string Roots(RequestContext<CallToolRequestParams> request) =>
        request.Params.RootsOf("client_roots") is { } roots
            ? $"Roots: {string.Join(", ", roots.Select(root => $"{root.Name} {root.Uri}"))}"
            : throw Ask(("client_roots", Question.Roots()));

    [McpServerTool(Name = "test_input_required_result_capabilities"), Description("Asks in the ways the caller declared.")]
    public static string Capabilities(RequestContext<CallToolRequestParams> request)
    {
        var declared = Question.CapabilitiesOf(request);
        var questions = new List<(string Key, InputRequest Question)>();
        if (declared?.Elicitation is not null)
        {
            questions.Add(("user_name", Question.Elicit("What is your name?", NameForm)));
        }

        if (declared?.Sampling is not null)
        {
            questions.Add(("greeting", Question.Sample("Write a greeting.", maxTokens: 50)));
        }

        return questions.Count == 0 || questions.All(each => request.Params.InputResponses?.ContainsKey(each.Key) is true)
            ? "Everything that could be asked was asked."
            : throw Ask([.. questions]);
    }

    private static InputRequiredException Ask(params (string Key, InputRequest Question)[] questions) =>
        new(questions.ToDictionary(each => each.Key, each => each.Question, StringComparer.Ordinal), requestState: null);
}
